import type { Mapping } from '../mapping.js'
import * as f from './fields.js'

export const projects: Mapping = {
  source: 'patchwork_project',
  target: 'projects',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    link_name: f.text('linkname'),
    name: f.text('name'),
    list_id: f.text('listid'),
    list_email: f.text('listemail'),
    subject_match: f.text('subject_match'),
    web_url: f.text('web_url'),
    scm_url: f.text('scm_url'),
    webscm_url: f.text('webscm_url'),
    list_archive_url: f.text('list_archive_url'),
    list_archive_url_format: f.text('list_archive_url_format'),
    commit_url_format: f.text('commit_url_format'),
    send_notifications: f.flag('send_notifications'),
    use_tags: f.flag('use_tags'),
    // Since 3.3.
    show_dependencies: f.flag('show_dependencies', { missing: 0 }),
  },
}

export const states: Mapping = {
  source: 'patchwork_state',
  target: 'states',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    name: f.text('name'),
    slug: f.text('slug'),
    ordering: f.integer('ordering'),
    action_required: f.flag('action_required'),
  },
}

export const tags: Mapping = {
  source: 'patchwork_tag',
  target: 'tags',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    name: f.text('name'),
    pattern: f.text('pattern'),
    abbrev: f.text('abbrev'),
    show_column: f.flag('show_column'),
  },
}

export const delegationRules: Mapping = {
  source: 'patchwork_delegationrule',
  target: 'delegation_rules',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    project_id: f.reference('project_id', 'projects'),
    user_id: f.reference('user_id', 'users'),
    path: f.text('path'),
    priority: f.integer('priority', 0),
  },
}
