import { headerFields } from '../mail/headers.js'
import { parseSubject } from '../mail/subject.js'
import type { Database } from '../db/schema.js'
import { inOrder } from '../store/page.js'
import { type PatchRow, patchesById, patchesByRelation, type RelatedRow, readTexts } from '../store/read.js'
import { listStates } from '../store/state.js'
import { archiveUrl, patchPath } from '../urls.js'
import type { At } from './answer.js'
import {
  embedPatch,
  embedPerson,
  embedProject,
  embedSeries,
  embedUser,
  PATCH,
  PROJECT,
  projectOf,
  SERIES,
} from './embedded.js'
import * as filters from './filters.js'
import { addResource, type Listing, listPage, type Mount, only } from './resource.js'
import { always, type Shape, since } from './versions.js'

const SHAPE: Shape = {
  web_url: since('1.1'),
  project: always(PROJECT),
  list_archive_url: since('1.2'),
  series: always(SERIES),
  comments: since('1.1'),
  related: since('1.2', PATCH),
}

const LISTING: Listing = {
  table: 'patches',
  filters: {
    project: { filter: filters.project, column: 'project_id' },
    series: { filter: filters.series, column: 'series_id' },
    submitter: { filter: filters.person, column: 'submitter_id' },
    delegate: { filter: filters.user, column: 'delegate_id' },
    state: { filter: filters.state, column: 'state_id' },
    archived: { filter: filters.flag, column: 'archived' },
    hash: { filter: filters.hash, column: 'hash', since: '1.2' },
    msgid: { filter: filters.messageId, column: 'msgid', since: '1.2' },
    since: { filter: filters.since, column: 'date' },
    before: { filter: filters.before, column: 'date' },
  },
  order: {
    id: 'id',
    name: 'name',
    project: '(select link_name from projects where projects.id = project_id)',
    date: 'date',
    state: '(select ordering from states where states.id = state_id)',
    archived: 'archived',
    submitter: 'submitter_id',
    delegate: 'delegate_id',
  },
  defaultOrder: 'id',
  search: ['name'],
}

/** `/patches/` and `/patches/N/`. */
export function addPatches(mount: Mount): void {
  addResource(mount, '/patches/', 'GET', SHAPE, async (asked, reply) => {
    const ids = await listPage(asked, reply, LISTING, '/patches/')
    return await toPatches(asked.db, asked.at, inOrder(ids, await patchesById(asked.db, ids)))
  })
  addResource(mount, '/patches/:id/', 'GET, PUT, PATCH', SHAPE, async ({ db, at, id }) => {
    const row = only(await patchesById(db, [id('id')]), 'Patch')
    const [patch] = await toPatches(db, at, [row])
    const { headers, content, diff } = await readTexts(db, 'patch', row.id)
    return {
      ...patch,
      headers: headersObject(headers),
      content,
      diff,
      prefixes: parseSubject(row.name, []).prefixes,
    }
  })
}

async function toPatches(db: Database, at: At, rows: readonly PatchRow[]) {
  const states = new Map((await listStates(db)).map(({ id, slug }) => [id, slug]))
  const relations = rows.flatMap(({ relation_id }) => relation_id ?? [])
  const related = relations.length > 0 ? await patchesByRelation(db, relations) : []
  return rows.map((row) => toPatch(at, row, states.get(row.state_id) as string, related))
}

function toPatch(at: At, row: PatchRow, state: string, related: readonly RelatedRow[]) {
  const project = projectOf(at, row.project_id)
  const path = patchPath(project.link_name, row.msgid)
  return {
    id: row.id,
    url: at.url(`/patches/${row.id}/`),
    web_url: at.base + path,
    project: embedProject(at, row.project_id),
    msgid: row.msgid,
    list_archive_url: archiveUrl(project.list_archive_url_format, row.msgid),
    date: at.date(row.date),
    name: row.name,
    commit_ref: row.commit_ref,
    pull_url: row.pull_url,
    state,
    archived: row.archived === 1,
    hash: row.hash,
    submitter: embedPerson(at, row.submitter_id, row.submitter_name, row.submitter_email),
    delegate: embedDelegate(at, row),
    mbox: `${at.base}${path}mbox/`,
    series: embedSeriesOf(at, row),
    comments: `${at.base}/api/patches/${row.id}/comments/`,
    check: combinedCheck(row),
    checks: `${at.base}/api/patches/${row.id}/checks/`,
    tags: {},
    related: related
      .filter(({ id, relation_id }) => relation_id === row.relation_id && id !== row.id)
      .map((patch) => embedPatch(at, patch)),
  }
}

function embedDelegate(at: At, row: PatchRow) {
  if (row.delegate_id === null || row.delegate_username === null) return null
  return embedUser(at, {
    id: row.delegate_id,
    username: row.delegate_username,
    first_name: row.delegate_first_name,
    last_name: row.delegate_last_name,
    email: row.delegate_email,
  })
}

interface InSeries {
  project_id: number
  series_id: number | null
  series_name: string | null
  series_date: string
  series_version: number
}

/** The series of a patch or a cover, as the list of none or one that clients know. */
export function embedSeriesOf(at: At, row: InSeries) {
  if (row.series_id === null) return []
  const { project_id, series_id: id, series_name: name, series_date: date, series_version: version } = row
  return [embedSeries(at, { id, project_id, name, date, version })]
}

/** The worst of the newest checks; without any, or while one runs, it is pending. */
function combinedCheck(row: PatchRow): string {
  if (row.checks_fail > 0) return 'fail'
  if (row.checks_warning > 0) return 'warning'
  return row.checks_pending === 0 && row.checks_success > 0 ? 'success' : 'pending'
}

/** Header names as they were written, each with its value or, if it is there more than once, all of them. */
export function headersObject(text: string): Record<string, string | string[]> {
  const fields = headerFields(text)
  const byName = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    const values = byName.get(key)
    if (values) values.push(value)
    else byName.set(key, [value])
  }
  return Object.fromEntries(
    fields.map(([name]) => {
      const values = byName.get(name.toLowerCase()) as string[]
      return [name, values.length === 1 ? (values[0] as string) : values]
    }),
  )
}
