import { sql } from 'kysely'
import type { Database } from '../db/schema.js'
import { condition, inOrder } from '../store/page.js'
import { type EventRow, eventsById, type UserRow, usersById } from '../store/read.js'
import { listStates } from '../store/state.js'
import { archiveUrl } from '../urls.js'
import type { At } from './answer.js'
import { checkState } from './check.js'
import {
  COMMENT,
  COVER,
  embedCover,
  embedPatch,
  embedProject,
  embedSeries,
  embedUser,
  PATCH,
  PROJECT,
  projectOf,
  SERIES,
} from './embedded.js'
import * as filters from './filters.js'
import { addResource, type Listing, listPage, type Mount } from './resource.js'
import { always, isSince, type Shape, type Version } from './versions.js'

const SHAPE: Shape = {
  project: always(PROJECT),
  payload: always({
    patch: always(PATCH),
    cover: always(COVER),
    series: always(SERIES),
    comment: always(COMMENT),
  }),
}

/** Categories that older versions do not know, and leave out. */
const CATEGORIES: Readonly<Record<string, Version>> = {
  'patch-relation-changed': '1.2',
  'patch-comment-created': '1.3',
  'cover-comment-created': '1.3',
}

const LISTING: Listing = {
  table: 'events',
  filters: {
    project: { filter: filters.project, column: 'project_id' },
    category: { filter: filters.text, column: 'category' },
    series: { filter: filters.number, column: 'series_id' },
    patch: { filter: filters.number, column: 'patch_id' },
    cover: { filter: filters.number, column: 'cover_id' },
    actor: { filter: filters.user, column: 'actor_id' },
    since: { filter: filters.since, column: 'date' },
    before: { filter: filters.before, column: 'date' },
  },
  order: { date: 'date', id: 'id' },
  defaultOrder: '-date',
  search: [],
}

/** `/events/`. */
export function addEvents(mount: Mount): void {
  const hidden = Object.keys(CATEGORIES).filter(
    (name) => !isSince(mount.version, CATEGORIES[name] as Version),
  )
  const known = hidden.map((name) => condition(`not ${name}`, sql`category <> ${sql.lit(name)}`))
  addResource(mount, '/events/', 'GET', SHAPE, async (asked, reply) => {
    const ids = await listPage(asked, reply, LISTING, '/events/', known)
    return await toEvents(asked.db, asked.at, inOrder(ids, await eventsById(asked.db, ids)))
  })
}

interface Names {
  users: ReadonlyMap<number, UserRow>
  states: ReadonlyMap<number, string>
}

async function toEvents(db: Database, at: At, rows: readonly EventRow[]) {
  const ids = rows.flatMap((row) => [row.actor_id, row.previous_delegate_id, row.current_delegate_id])
  const users = await usersById(db, [...new Set(ids.filter((id) => id !== null))])
  const names: Names = {
    users: new Map(users.map((user) => [user.id, user])),
    states: new Map((await listStates(db)).map(({ id, slug }) => [id, slug])),
  }
  return rows.map((row) => ({
    id: row.id,
    category: row.category,
    project: embedProject(at, row.project_id),
    date: at.date(row.date),
    actor: embedUserOf(at, names, row.actor_id),
    payload: PAYLOADS[row.category]?.(at, names, row) ?? {},
  }))
}

function embedUserOf(at: At, { users }: Names, id: number | null) {
  const user = id === null ? undefined : users.get(id)
  return user ? embedUser(at, user) : null
}

type PayloadOf = (at: At, names: Names, row: EventRow) => Record<string, unknown>

/** What happened; each category has fields of its own. */
const PAYLOADS: Readonly<Record<string, PayloadOf>> = {
  'cover-created': (at, _, row) => ({ cover: coverOf(at, row) }),
  'patch-created': (at, _, row) => ({ patch: patchOf(at, row) }),
  'patch-completed': (at, _, row) => ({ patch: patchOf(at, row), series: seriesOf(at, row) }),
  'patch-state-changed': (at, { states }, row) => ({
    patch: patchOf(at, row),
    previous_state: states.get(row.previous_state_id ?? 0) ?? null,
    current_state: states.get(row.current_state_id ?? 0) ?? null,
  }),
  'patch-delegated': (at, names, row) => ({
    patch: patchOf(at, row),
    previous_delegate: embedUserOf(at, names, row.previous_delegate_id),
    current_delegate: embedUserOf(at, names, row.current_delegate_id),
  }),
  // Relations have no form of their own in the API; deployed clients know these fields as null.
  'patch-relation-changed': (at, _, row) => ({
    patch: patchOf(at, row),
    previous_relation: null,
    current_relation: null,
  }),
  'check-created': (at, _, row) => ({ patch: patchOf(at, row), check: embedCheck(at, row) }),
  'patch-comment-created': (at, _, row) => ({
    patch: patchOf(at, row),
    comment: embedComment(at, row, `patches/${row.patch_id}`, row.patch_comment_id),
  }),
  'cover-comment-created': (at, _, row) => ({
    cover: coverOf(at, row),
    comment: embedComment(at, row, `covers/${row.cover_id}`, row.cover_comment_id),
  }),
  'series-created': (at, _, row) => ({ series: seriesOf(at, row) }),
  'series-completed': (at, _, row) => ({ series: seriesOf(at, row) }),
}

function patchOf(at: At, row: EventRow) {
  const { patch_project_id: project_id, patch_msgid: msgid, patch_date: date, patch_name: name } = row
  return embedPatch(at, { id: row.patch_id as number, project_id, msgid, date, name })
}

function coverOf(at: At, row: EventRow) {
  const { cover_project_id: project_id, cover_msgid: msgid, cover_date: date, cover_name: name } = row
  return embedCover(at, { id: row.cover_id as number, project_id, msgid, date, name })
}

function seriesOf(at: At, row: EventRow) {
  const { series_project_id: project_id, series_name: name, series_date: date, series_version: version } = row
  return embedSeries(at, { id: row.series_id as number, project_id, name, date, version })
}

function embedCheck(at: At, row: EventRow) {
  return {
    id: row.check_id,
    url: at.url(`/patches/${row.patch_id}/checks/${row.check_id}/`),
    date: at.date(row.check_date),
    state: checkState(row.check_state),
    target_url: row.check_target_url,
    context: row.check_context,
  }
}

function embedComment(at: At, row: EventRow, parent: string, id: number | null) {
  const format = projectOf(at, row.project_id).list_archive_url_format
  return {
    id,
    url: at.url(`/${parent}/comments/${id}/`),
    web_url: `${at.base}/comment/${id}/`,
    msgid: row.comment_msgid,
    list_archive_url: archiveUrl(format, row.comment_msgid),
    date: at.date(row.comment_date),
  }
}
