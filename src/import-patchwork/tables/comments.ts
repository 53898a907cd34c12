import type { Mapping } from '../mapping.js'
import * as f from './fields.js'

const COMMENT = {
  id: f.id(),
  msgid: f.text('msgid'),
  date: f.time('date'),
  submitter_id: f.reference('submitter_id', 'people'),
  // Since 3.1.
  addressed: f.optionalFlag('addressed', { missing: null }),
  headers: f.text('headers'),
  content: f.text('content'),
}

export const patchComments: Mapping = {
  source: 'patchwork_patchcomment',
  target: 'patch_comments',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: { ...COMMENT, patch_id: f.reference('patch_id', 'patches') },
  isLong: true,
  changing: ['addressed'],
}

export const coverComments: Mapping = {
  source: 'patchwork_covercomment',
  target: 'cover_comments',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: { ...COMMENT, cover_id: f.reference('cover_id', 'covers') },
  isLong: true,
  changing: ['addressed'],
}
