import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'

/** A tiny Python Patchwork: its tables as Django makes them on SQLite, without what is of no matter here. */

const TABLES: Readonly<Record<string, string>> = {
  django_migrations: 'id integer primary key, app text, name text, applied datetime',
  auth_user:
    'id integer primary key autoincrement, password, last_login, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name',
  authtoken_token: 'key text primary key, created, user_id',
  patchwork_userprofile:
    'id integer primary key autoincrement, send_email, items_per_page, show_ids, user_id',
  patchwork_userprofile_maintainer_projects: 'id integer primary key, userprofile_id, project_id',
  patchwork_project:
    'id integer primary key autoincrement, linkname, name, listid, listemail, subject_match, web_url, scm_url, webscm_url, list_archive_url, list_archive_url_format, commit_url_format, send_notifications, use_tags, show_dependencies',
  patchwork_state: 'id integer primary key autoincrement, name, slug, ordering, action_required',
  patchwork_tag: 'id integer primary key autoincrement, name, pattern, abbrev, show_column',
  patchwork_person: 'id integer primary key autoincrement, email, name, user_id',
  patchwork_delegationrule: 'id integer primary key autoincrement, path, priority, project_id, user_id',
  patchwork_emailconfirmation:
    'id integer primary key autoincrement, type, email, key, date, active, user_id',
  patchwork_emailoptout: 'email text primary key',
  patchwork_patchrelation: 'id integer primary key autoincrement',
  patchwork_cover:
    'id integer primary key autoincrement, msgid, date, headers, content, name, project_id, submitter_id',
  patchwork_series:
    'id integer primary key autoincrement, name, date, version, total, project_id, submitter_id, cover_letter_id',
  patchwork_seriesreference: 'id integer primary key autoincrement, msgid, project_id, series_id',
  patchwork_series_dependencies: 'id integer primary key, from_series_id, to_series_id',
  patchwork_patch:
    'id integer primary key autoincrement, msgid, date, headers, content, name, project_id, submitter_id, archived, commit_ref, delegate_id, diff, number, pull_url, related_id, series_id, state_id, hash',
  patchwork_patchtag: 'id integer primary key, count, tag_id, patch_id',
  patchwork_patchcomment:
    'id integer primary key autoincrement, msgid, date, headers, content, submitter_id, patch_id, addressed',
  patchwork_covercomment:
    'id integer primary key autoincrement, msgid, date, headers, content, cover_id, submitter_id, addressed',
  patchwork_check:
    'id integer primary key autoincrement, date, state, target_url, description, context, user_id, patch_id',
  patchwork_bundle: 'id integer primary key autoincrement, name, public, owner_id, project_id',
  patchwork_bundlepatch: 'id integer primary key autoincrement, "order", bundle_id, patch_id',
  patchwork_patchchangenotification: 'patch_id integer primary key, last_modified, orig_state_id',
  patchwork_event:
    'id integer primary key autoincrement, category, date, actor_id, created_check_id, current_delegate_id, current_relation_id, current_state_id, previous_delegate_id, previous_relation_id, previous_state_id, project_id, series_id, cover_id, patch_id, cover_comment_id, patch_comment_id',
}

const DAY = '2026-03-01 10:00:00'
const PROJECT = {
  linkname: 'lamps',
  name: 'Lamps',
  listid: 'lamps.example.org',
  listemail: 'lamps@example.org',
  subject_match: '',
  web_url: '',
  scm_url: '',
  webscm_url: '',
  list_archive_url: '',
  list_archive_url_format: '',
  commit_url_format: '',
  send_notifications: 1,
  use_tags: 1,
  show_dependencies: 0,
}

type Row = Readonly<Record<string, unknown>>

export class OldPatchwork {
  readonly path: string
  readonly #db: BetterSqlite3.Database

  constructor() {
    this.path = join(mkdtempSync(join(tmpdir(), 'patchwork-old-')), 'old.db')
    this.#db = new BetterSqlite3(this.path)
    this.#db.pragma('synchronous = off')
    this.#db.pragma('journal_mode = memory')
    for (const [table, columns] of Object.entries(TABLES)) this.#db.exec(`create table ${table} (${columns})`)
    this.#fill()
  }

  add(table: string, row: Row): void {
    const names = Object.keys(row)
    this.#db
      .prepare(
        `insert into ${table} (${names.map((name) => `"${name}"`).join()}) values (${names.map(() => '?').join()})`,
      )
      .run(Object.values(row))
  }

  run(sql: string): void {
    this.#db.exec(sql)
  }

  /** A patch of the lamps, by its number; its mail came at noon. */
  addPatch(id: number, more: Row = {}): void {
    this.add('patchwork_patch', {
      id,
      msgid: `<patch-${id}@example.org>`,
      date: DAY,
      headers: 'Date: Sun, 01 Mar 2026 10:00:00 +0000\nSubject: x',
      content: `Text ${id}`,
      name: `Patch ${id}`,
      project_id: 1,
      submitter_id: 1,
      archived: 0,
      diff: '--- a/x\n+++ b/x\n',
      state_id: 1,
      ...more,
    })
    this.add('patchwork_event', {
      category: 'patch-created',
      date: '2026-03-01 12:00:00.000500',
      project_id: 1,
      patch_id: id,
    })
  }

  /** The same as pg_dump writes it. */
  dump(): string {
    const lines = ["SET client_encoding = 'UTF8';", '']
    for (const table of Object.keys(TABLES).toSorted()) {
      const columns = this.#db.prepare('select name from pragma_table_info(?)').pluck().all(table) as string[]
      const names = columns.map((name) => (name === 'order' ? '"order"' : name)).join(', ')
      lines.push(`COPY public.${table} (${names}) FROM stdin;`)
      for (const row of this.#db.prepare(`select * from ${table}`).raw().all() as (
        | string
        | number
        | null
      )[][])
        lines.push(row.map(copied).join('\t'))
      lines.push('\\.', '')
    }
    lines.push("SELECT pg_catalog.setval('public.patchwork_bundle_id_seq', 70, true);", '')
    const path = join(mkdtempSync(join(tmpdir(), 'patchwork-dump-')), 'old.sql')
    writeFileSync(path, lines.join('\n'))
    return path
  }

  #fill(): void {
    this.add('django_migrations', {
      app: 'contenttypes',
      name: '0001_initial',
      applied: '2020-01-01 01:02:03',
    })
    this.add('patchwork_project', PROJECT)
    for (const [ordering, name] of ['New', 'Under Review', 'Merged'].entries())
      this.add('patchwork_state', {
        id: ordering + 11,
        name,
        slug: name.toLowerCase(),
        ordering,
        action_required: 1,
      })
    this.run('update patchwork_state set id = 1 where id = 11')
    this.add('patchwork_tag', { name: 'Acked-by', pattern: '^Acked-by:', abbrev: 'A', show_column: 1 })
    this.add('auth_user', {
      username: 'mira',
      password: '!x',
      is_superuser: 0,
      is_staff: 1,
      is_active: 1,
      email: 'mira@example.org',
      first_name: 'Mira',
      last_name: '',
      date_joined: DAY,
    })
    this.add('patchwork_userprofile', { id: 7, send_email: 1, items_per_page: 25, show_ids: 1, user_id: 1 })
    this.add('patchwork_userprofile_maintainer_projects', { userprofile_id: 7, project_id: 1 })
    this.add('authtoken_token', { key: 'f'.repeat(40), created: DAY, user_id: 1 })
    this.add('patchwork_person', { email: 'Mira@Example.org', name: 'Mira', user_id: 1 })
    this.addPatch(1)
    this.addPatch(2)
    const check = { date: DAY, context: 'ci', user_id: 1, patch_id: 2 }
    this.add('patchwork_check', { ...check, state: 3 })
    this.add('patchwork_check', { ...check, state: 1 })
    this.add('patchwork_patchcomment', {
      msgid: '<c1@example.org>',
      date: DAY,
      headers: 'x',
      content: 'Fine.',
      submitter_id: 1,
      patch_id: 1,
    })
    this.add('patchwork_bundle', { name: 'mine', public: 0, owner_id: 1, project_id: 1 })
    this.add('patchwork_bundlepatch', { order: 1, bundle_id: 1, patch_id: 2 })
  }
}

function copied(value: string | number | null): string {
  if (value === null) return '\\N'
  return String(value).replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
