import type { Mapping } from '../mapping.js'
import * as f from './fields.js'

export const events: Mapping = {
  source: 'patchwork_event',
  target: 'events',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    category: f.text('category'),
    project_id: f.reference('project_id', 'projects'),
    date: f.time('date'),
    actor_id: f.referenceOrNull('actor_id', 'users'),
    patch_id: f.referenceIfNamed('patch_id', 'patches'),
    series_id: f.referenceIfNamed('series_id', 'series'),
    cover_id: f.referenceIfNamed('cover_id', 'covers'),
    previous_state_id: f.referenceOrNull('previous_state_id', 'states'),
    current_state_id: f.referenceOrNull('current_state_id', 'states'),
    previous_delegate_id: f.referenceOrNull('previous_delegate_id', 'users'),
    current_delegate_id: f.referenceOrNull('current_delegate_id', 'users'),
    previous_relation_id: f.optionalInteger('previous_relation_id'),
    current_relation_id: f.optionalInteger('current_relation_id'),
    check_id: f.referenceIfNamed('created_check_id', 'checks'),
    // Since 3.1.
    patch_comment_id: f.referenceIfNamed('patch_comment_id', 'patch_comments', { missing: null }),
    cover_comment_id: f.referenceIfNamed('cover_comment_id', 'cover_comments', { missing: null }),
  },
  changing: [],
}
