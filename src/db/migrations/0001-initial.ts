import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The states of a new database. */
export const STATES: [name: string, isActionRequired: boolean][] = [
  ['New', true],
  ['Under Review', true],
  ['Accepted', false],
  ['Rejected', false],
  ['RFC', false],
  ['Not Applicable', false],
  ['Changes Requested', false],
  ['Awaiting Upstream', false],
  ['Superseded', false],
  ['Deferred', false],
]

const TAGS: [name: string, abbrev: string][] = [
  ['Acked-by', 'A'],
  ['Reviewed-by', 'R'],
  ['Tested-by', 'T'],
]

/** All tables as of 4.0, with the default states and tags. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await createProjectTables(define)
  await createAccountTables(define)
  await createSeriesTables(define)
  await createPatchTables(define)
  await createCommentTables(define)
  await createBundleTables(define)
  await createEventTable(define)
  await insertDefaults(db)
}

async function createProjectTables(define: Tables): Promise<void> {
  await define.table('projects', (table) =>
    table
      .texts(
        'link_name',
        'name',
        'list_id',
        'list_email',
        'subject_match',
        'web_url',
        'scm_url',
        'webscm_url',
      )
      .texts('list_archive_url', 'list_archive_url_format', 'commit_url_format')
      .numbers('send_notifications', 'use_tags', 'show_dependencies'),
  )
  await define.unique('projects', 'link_name')
  await define.unique('projects', 'name')
  await define.unique('projects', 'list_id', 'subject_match')
  await define.table('states', (table) => table.texts('name', 'slug').numbers('ordering', 'action_required'))
  await define.unique('states', 'name')
  await define.unique('states', 'slug')
  await define.unique('states', 'ordering')
  await define.table('tags', (table) => table.texts('name', 'pattern', 'abbrev').numbers('show_column'))
  await define.unique('tags', 'abbrev')
}

async function createAccountTables(define: Tables): Promise<void> {
  await define.table('users', (table) =>
    table
      .texts('username', 'first_name', 'last_name', 'email', 'password', 'joined')
      .optionalTexts('last_login')
      .flags({ is_superuser: 0, is_active: 1, send_email: 0, items_per_page: 100, show_ids: 0 }),
  )
  await define.unique('users', 'username')
  await define.index('users', 'email')
  await define.table('people', (table) =>
    table.texts('email', 'email_key').optionalTexts('name').optionalReference('user_id', 'users'),
  )
  await define.unique('people', 'email')
  await define.index('people', 'email_key')
  await define.index('people', 'user_id')
  await define.link('maintainers', ['user_id', 'users'], ['project_id', 'projects'])
  await define.index('maintainers', 'project_id')
  await define.table('tokens', (table) => table.texts('digest', 'created').reference('user_id', 'users'))
  await define.unique('tokens', 'digest')
  await define.index('tokens', 'user_id')
  await define.table('delegation_rules', (table) =>
    table.texts('path').numbers('priority').reference('project_id', 'projects').reference('user_id', 'users'),
  )
  await define.unique('delegation_rules', 'project_id', 'path')
  await define.table('confirmations', (table) =>
    table.texts('type', 'email', 'key', 'date').numbers('active').optionalReference('user_id', 'users'),
  )
  await define.unique('confirmations', 'key')
  await define.plain('opt_outs', (table) => table.key('email'))
}

async function createSeriesTables(define: Tables): Promise<void> {
  await define.table('covers', (table) =>
    table
      .reference('project_id', 'projects')
      .texts('msgid', 'date', 'received', 'name')
      .reference('submitter_id', 'people'),
  )
  await define.unique('covers', 'msgid', 'project_id')
  await define.index('covers', 'project_id', 'id')
  await define.index('covers', 'submitter_id', 'id')
  await define.index('covers', 'date', 'id')
  await define.index('covers', 'received')
  await define.plain('cover_texts', (table) => table.owner('cover_id', 'covers').texts('headers', 'content'))
  await define.table('series', (table) =>
    table
      .reference('project_id', 'projects')
      .optionalTexts('name')
      .texts('date', 'received')
      .reference('submitter_id', 'people')
      .numbers('version', 'total')
      .optionalReference('cover_id', 'covers'),
  )
  await define.unique('series', 'cover_id')
  await define.index('series', 'project_id', 'id')
  // The second column finds the series of mails that came without references: same sender, about the same time.
  await define.index('series', 'submitter_id', 'date')
  await define.index('series', 'date', 'id')
  await define.index('series', 'received')
  await define.table('series_references', (table) =>
    table.reference('project_id', 'projects').reference('series_id', 'series').texts('msgid'),
  )
  await define.unique('series_references', 'msgid', 'project_id')
  await define.index('series_references', 'series_id')
  await define.link('series_dependencies', ['series_id', 'series'], ['depends_on_id', 'series'])
  await define.index('series_dependencies', 'depends_on_id')
}

async function createPatchTables(define: Tables): Promise<void> {
  await define.table('patch_relations', (table) => table)
  await define.table('patches', (table) =>
    table
      .reference('project_id', 'projects')
      .texts('msgid', 'date', 'received', 'name')
      .reference('submitter_id', 'people')
      .reference('state_id', 'states')
      .optionalReference('delegate_id', 'users')
      .flags({ archived: 0 })
      .optionalTexts('hash', 'pull_url', 'commit_ref')
      .optionalReference('series_id', 'series')
      .optionalNumbers('number')
      .optionalReference('relation_id', 'patch_relations')
      .flags({ checks_pending: 0, checks_success: 0, checks_warning: 0, checks_fail: 0 }),
  )
  await define.unique('patches', 'msgid', 'project_id')
  await define.unique('patches', 'series_id', 'number')
  await define.index('patches', 'project_id', 'state_id', 'id')
  await define.index('patches', 'project_id', 'date', 'id')
  await define.index('patches', 'state_id', 'id')
  await define.index('patches', 'submitter_id', 'id')
  await define.index('patches', 'delegate_id', 'id')
  await define.index('patches', 'date', 'id')
  await define.index('patches', 'received')
  await define.index('patches', 'hash')
  await define.index('patches', 'relation_id')
  await createPatchDetailTables(define)
}

async function createPatchDetailTables(define: Tables): Promise<void> {
  await define.plain('patch_texts', (table) =>
    table.owner('patch_id', 'patches').texts('headers', 'content').optionalTexts('diff'),
  )
  await define.link('patch_tags', ['patch_id', 'patches'], ['tag_id', 'tags'], 'count')
  await define.table('checks', (table) =>
    table
      .reference('patch_id', 'patches')
      .reference('user_id', 'users')
      .texts('date', 'context')
      .numbers('state')
      .optionalTexts('target_url', 'description'),
  )
  await define.index('checks', 'patch_id', 'id')
  await define.index('checks', 'user_id')
  await define.plain('pending_notifications', (table) =>
    table.owner('patch_id', 'patches').reference('orig_state_id', 'states').texts('last_modified'),
  )
  await define.index('pending_notifications', 'last_modified')
}

async function createCommentTables(define: Tables): Promise<void> {
  for (const [table, parent, key] of [
    ['patch_comments', 'patches', 'patch_id'],
    ['cover_comments', 'covers', 'cover_id'],
  ] as const) {
    await define.table(table, (columns) =>
      columns
        .reference(key, parent)
        .texts('msgid', 'date')
        .reference('submitter_id', 'people')
        .optionalNumbers('addressed')
        .texts('headers', 'content'),
    )
    await define.unique(table, 'msgid', key)
    await define.index(table, key, 'id')
    await define.index(table, 'submitter_id')
  }
}

async function createBundleTables(define: Tables): Promise<void> {
  await define.table('bundles', (table) =>
    table.reference('owner_id', 'users').reference('project_id', 'projects').texts('name').numbers('public'),
  )
  await define.unique('bundles', 'owner_id', 'name')
  await define.index('bundles', 'project_id')
  await define.table('bundle_patches', (table) =>
    table.reference('bundle_id', 'bundles').reference('patch_id', 'patches').numbers('position'),
  )
  await define.unique('bundle_patches', 'bundle_id', 'patch_id')
  await define.index('bundle_patches', 'patch_id')
}

async function createEventTable(define: Tables): Promise<void> {
  await define.table('events', (table) =>
    table
      .texts('category')
      .reference('project_id', 'projects')
      .texts('date')
      .optionalReference('actor_id', 'users')
      .optionalReference('patch_id', 'patches')
      .optionalReference('series_id', 'series')
      .optionalReference('cover_id', 'covers')
      .optionalReference('previous_state_id', 'states')
      .optionalReference('current_state_id', 'states')
      // No references: nothing looks for events by these, and without an index each deletion there would read all.
      .optionalNumbers('previous_delegate_id', 'current_delegate_id')
      .optionalNumbers('previous_relation_id', 'current_relation_id')
      .optionalNumbers('check_id', 'patch_comment_id', 'cover_comment_id'),
  )
  await define.index('events', 'date', 'id')
  await define.index('events', 'project_id', 'date', 'id')
  await define.index('events', 'category', 'date', 'id')
  for (const column of ['patch_id', 'series_id', 'cover_id', 'actor_id'])
    await define.index('events', column, 'id')
}

async function insertDefaults(db: Database): Promise<void> {
  const states = STATES.map(([name, isActionRequired], ordering) => ({
    name,
    slug: name.toLowerCase().replaceAll(' ', '-'),
    ordering,
    action_required: isActionRequired,
  }))
  await db.insertInto('states').values(states).execute()
  const tags = TAGS.map(([name, abbrev]) => ({ name, pattern: `^${name}:`, abbrev, show_column: true }))
  await db.insertInto('tags').values(tags).execute()
}
