import type { Field, Mapping } from '../mapping.js'
import * as f from './fields.js'

/** What patches and covers have in common. `received` is set right once the events are there, which know it. */
const SUBMISSION = {
  id: f.id(),
  project_id: f.reference('project_id', 'projects'),
  msgid: f.text('msgid'),
  date: f.time('date'),
  received: f.time('date'),
  name: f.text('name'),
  submitter_id: f.reference('submitter_id', 'people'),
}

export const relations: Mapping = {
  source: 'patchwork_patchrelation',
  target: 'patch_relations',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: { id: f.id() },
  changing: [],
}

export const covers: Mapping = {
  source: 'patchwork_cover',
  target: 'covers',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: SUBMISSION,
  texts: {
    target: 'cover_texts',
    key: 'cover_id',
    fields: { headers: f.text('headers'), content: f.text('content') },
  },
  isLong: true,
  changing: [],
}

export const series: Mapping = {
  source: 'patchwork_series',
  target: 'series',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    project_id: f.reference('project_id', 'projects'),
    name: f.optionalText('name'),
    date: f.time('date'),
    received: f.time('date'),
    submitter_id: f.reference('submitter_id', 'people'),
    version: f.integer('version', 1),
    total: f.integer('total', 0),
    cover_id: f.clearable(f.referenceOrNull('cover_letter_id', 'covers')),
  },
  changing: ['name', 'submitter_id', 'version', 'total', 'cover_id'],
}

export const references: Mapping = {
  source: 'patchwork_seriesreference',
  target: 'series_references',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    project_id: f.reference('project_id', 'projects'),
    series_id: f.reference('series_id', 'series'),
    msgid: f.text('msgid'),
  },
  changing: [],
}

export const dependencies: Mapping = {
  source: 'patchwork_series_dependencies',
  target: 'series_dependencies',
  key: 'id',
  kind: 'whole',
  identity: ['series_id', 'depends_on_id'],
  fields: {
    series_id: f.reference('from_series_id', 'series'),
    depends_on_id: f.reference('to_series_id', 'series'),
  },
  // Since 3.3.
  isOptional: true,
}

const state: Field = {
  from: 'state_id',
  read: (value, reader) => {
    if (value !== null && reader.has('states', Number(value))) return Number(value)
    reader.note('its state is not there: it is as new')
    return reader.firstState
  },
}

export const patches: Mapping = {
  source: 'patchwork_patch',
  target: 'patches',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    ...SUBMISSION,
    state_id: state,
    delegate_id: f.referenceOrNull('delegate_id', 'users'),
    archived: f.flag('archived'),
    hash: f.optionalText('hash'),
    pull_url: f.optionalText('pull_url'),
    commit_ref: f.optionalText('commit_ref'),
    series_id: f.referenceOrNull('series_id', 'series'),
    number: f.clearable(f.optionalInteger('number')),
    relation_id: f.referenceOrNull('related_id', 'patch_relations'),
  },
  texts: {
    target: 'patch_texts',
    key: 'patch_id',
    fields: { headers: f.text('headers'), content: f.text('content'), diff: f.optionalText('diff') },
  },
  isLong: true,
  changing: [
    'name',
    'submitter_id',
    'state_id',
    'delegate_id',
    'archived',
    'pull_url',
    'commit_ref',
    'series_id',
    'number',
    'relation_id',
  ],
}

export const patchTags: Mapping = {
  source: 'patchwork_patchtag',
  target: 'patch_tags',
  key: 'id',
  kind: 'whole',
  identity: ['patch_id', 'tag_id'],
  fields: {
    patch_id: f.reference('patch_id', 'patches'),
    tag_id: f.reference('tag_id', 'tags'),
    count: f.integer('count', 0),
  },
}

const CHECK_STATES = new Set([0, 1, 2, 3])

const checkState: Field = {
  from: 'state',
  read: (value, reader) => {
    const number = Number(value)
    if (value !== null && CHECK_STATES.has(number)) return number
    reader.note('its state is none of the four: it is pending now')
    return 0
  },
}

export const checks: Mapping = {
  source: 'patchwork_check',
  target: 'checks',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    patch_id: f.reference('patch_id', 'patches'),
    user_id: f.reference('user_id', 'users'),
    date: f.time('date'),
    state: checkState,
    target_url: f.optionalText('target_url'),
    context: f.text('context'),
    description: f.optionalText('description'),
  },
  changing: [],
}

export const pendingNotifications: Mapping = {
  source: 'patchwork_patchchangenotification',
  target: 'pending_notifications',
  key: 'patch_id',
  kind: 'whole',
  identity: ['patch_id'],
  fields: {
    patch_id: f.reference('patch_id', 'patches'),
    orig_state_id: f.reference('orig_state_id', 'states'),
    last_modified: f.time('last_modified'),
  },
}
