import { type Static, Type } from 'typebox'
import type { EventRow } from '../../domain/events/queries.js'
import { stateSlugs } from '../../domain/states/queries.js'
import { type UserRow, usersById } from '../../domain/users/queries.js'
import { archiveUrl } from '../../util/urls.js'
import { CHECK_STATES } from '../framework/check-filters.js'
import {
  EmbeddedCover,
  EmbeddedPatch,
  EmbeddedSeries,
  EmbeddedUser,
  embedCover,
  embedPatch,
  embedProject,
  embedSeries,
  embedUser,
  loadProjects,
  projectOf,
} from '../framework/embedded.js'
import type { RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, number, orNull, text, time } from '../framework/schema.js'
import { since } from '../framework/versions.js'
import { describe } from './event-schema.js'
import { SERIES_EVENTS } from './series-event.js'

const EventCheck = Type.Object(
  {
    id: number('Number of the check.'),
    url: address('Where the API has the check.'),
    date: time('When it was posted.'),
    state: Type.String({ enum: [...CHECK_STATES], description: 'What came out.' }),
    target_url: orNull(text('Where to read more.')),
    context: text('What it is that was tested.'),
  },
  { $id: 'CheckEmbedded', description: 'A check, in short.' },
)

const EventComment = Type.Object(
  {
    id: number('Number of the comment.'),
    url: address('Where the API has the comment.'),
    web_url: address('Its place on a page.'),
    msgid: text('Message id of its mail, with the angle brackets.'),
    list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
    date: time('When it was sent.'),
  },
  { $id: 'CommentEmbedded', description: 'A comment, in short.' },
)

const Relation = Type.Null({ description: 'Always null: a relation has no form of its own.' })

/** What happened: each category has fields of its own. */
export const Event = Type.Union(
  [
    describe('cover-created', 'A cover letter came.', { cover: EmbeddedCover }),
    describe('patch-created', 'A patch came.', { patch: EmbeddedPatch }),
    describe('patch-completed', 'A patch is there with all that come before it in its series.', {
      patch: EmbeddedPatch,
      series: EmbeddedSeries,
    }),
    describe('patch-state-changed', 'A patch was put into another state.', {
      patch: EmbeddedPatch,
      previous_state: orNull(text('Slug of the state it was in.')),
      current_state: orNull(text('Slug of the state it is in.')),
    }),
    describe('patch-delegated', 'A patch was given to somebody else.', {
      patch: EmbeddedPatch,
      previous_delegate: orNull(EmbeddedUser, 'Who was to deal with it.'),
      current_delegate: orNull(EmbeddedUser, 'Who handles it.'),
    }),
    // Relations came with 1.2, but deployed servers tell older versions of them as well.
    describe('patch-relation-changed', 'A patch was related to others, or no longer.', {
      patch: EmbeddedPatch,
      previous_relation: Relation,
      current_relation: Relation,
    }),
    describe('check-created', 'A check was posted.', { patch: EmbeddedPatch, check: EventCheck }),
    since(
      '1.3',
      describe('patch-comment-created', 'A comment on a patch came, or what is said of it changed.', {
        patch: EmbeddedPatch,
        comment: EventComment,
      }),
    ),
    since(
      '1.3',
      describe('cover-comment-created', 'A comment on a cover letter came, or what is said of it changed.', {
        cover: EmbeddedCover,
        comment: EventComment,
      }),
    ),
    describe('series-created', 'The first mail of a series came.', { series: EmbeddedSeries }),
    describe('series-completed', 'All patches of a series are there.', { series: EmbeddedSeries }),
    ...SERIES_EVENTS,
  ],
  { $id: 'Event', description: 'Something that happened.' },
)

interface Names {
  users: ReadonlyMap<number, UserRow>
  states: ReadonlyMap<number, string>
}

/** The events of some rows, in their order. */
export async function toEvents(
  { db, response }: Pick<RequestContext, 'db' | 'response'>,
  rows: readonly EventRow[],
): Promise<Static<typeof Event>[]> {
  const ids = rows.flatMap((row) => [row.actor_id, row.previous_delegate_id, row.current_delegate_id])
  await loadProjects({ db, response }, rows)
  const states = rows.flatMap((row) => [row.previous_state_id, row.current_state_id])
  const users = await usersById(db, [...new Set(ids.filter((id) => id !== null))])
  const names: Names = {
    users: new Map(users.map((user) => [user.id, user])),
    states: await stateSlugs(
      db,
      states.filter((id) => id !== null),
    ),
  }
  return rows.map((row) => {
    const event = {
      id: row.id,
      category: row.category,
      project: embedProject(response, row.project_id),
      date: response.date(row.date),
      actor: embedUserOf(response, names, row.actor_id),
      payload: PAYLOADS[row.category]?.(response, names, row) ?? {},
    }
    // That a category's payload has the fields of that category, types cannot see.
    return event as unknown as Static<typeof Event>
  })
}

function embedUserOf(response: ResponseContext, { users }: Names, id: number | null) {
  const user = id === null ? undefined : users.get(id)
  return user ? embedUser(response, user) : null
}

type PayloadOf = (response: ResponseContext, names: Names, row: EventRow) => Record<string, unknown>

const PAYLOADS: Readonly<Record<string, PayloadOf>> = {
  'cover-created': (response, _, row) => ({ cover: coverOf(response, row) }),
  'patch-created': (response, _, row) => ({ patch: patchOf(response, row) }),
  'patch-completed': (response, _, row) => ({
    patch: patchOf(response, row),
    series: seriesOf(response, row),
  }),
  'patch-state-changed': (response, { states }, row) => ({
    patch: patchOf(response, row),
    previous_state: states.get(row.previous_state_id ?? 0) ?? null,
    current_state: states.get(row.current_state_id ?? 0) ?? null,
  }),
  'patch-delegated': (response, names, row) => ({
    patch: patchOf(response, row),
    previous_delegate: embedUserOf(response, names, row.previous_delegate_id),
    current_delegate: embedUserOf(response, names, row.current_delegate_id),
  }),
  // Relations have no form of their own in the API; deployed clients know these fields as null.
  'patch-relation-changed': (response, _, row) => ({
    patch: patchOf(response, row),
    previous_relation: null,
    current_relation: null,
  }),
  'check-created': (response, _, row) => ({
    patch: patchOf(response, row),
    check: embedCheck(response, row),
  }),
  'patch-comment-created': (response, _, row) => ({
    patch: patchOf(response, row),
    comment: embedComment(response, row, `patches/${row.patch_id}`, row.patch_comment_id),
  }),
  'cover-comment-created': (response, _, row) => ({
    cover: coverOf(response, row),
    comment: embedComment(response, row, `covers/${row.cover_id}`, row.cover_comment_id),
  }),
  'series-created': (response, _, row) => ({ series: seriesOf(response, row) }),
  'series-completed': (response, _, row) => ({ series: seriesOf(response, row) }),
}

function patchOf(response: ResponseContext, row: EventRow) {
  const { patch_project_id: project_id, patch_msgid: msgid, patch_date: date, patch_name: name } = row
  return embedPatch(response, { id: row.patch_id as number, project_id, msgid, date, name })
}

function coverOf(response: ResponseContext, row: EventRow) {
  const { cover_project_id: project_id, cover_msgid: msgid, cover_date: date, cover_name: name } = row
  return embedCover(response, { id: row.cover_id as number, project_id, msgid, date, name })
}

function seriesOf(response: ResponseContext, row: EventRow) {
  const { series_project_id: project_id, series_name: name, series_date: date, series_version: version } = row
  return embedSeries(response, { id: row.series_id as number, project_id, name, date, version })
}

function embedCheck(response: ResponseContext, row: EventRow) {
  return {
    id: row.check_id,
    url: response.url(`/patches/${row.patch_id}/checks/${row.check_id}/`),
    date: response.date(row.check_date),
    state: CHECK_STATES[row.check_state] ?? 'pending',
    target_url: row.check_target_url,
    context: row.check_context,
  }
}

function embedComment(response: ResponseContext, row: EventRow, parent: string, id: number | null) {
  const format = projectOf(response, row.project_id).list_archive_url_format
  return {
    id,
    url: response.url(`/${parent}/comments/${id}/`),
    web_url: `${response.base}/comment/${id}/`,
    msgid: row.comment_msgid,
    list_archive_url: archiveUrl(format, row.comment_msgid),
    date: response.date(row.comment_date),
  }
}
