import type { Static, TSchema } from 'typebox'
import { Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { type SeriesEventRow, seriesEventsById } from '../../domain/series-events/queries.js'
import { VERSION_REASONS } from '../../domain/topics/versions.js'
import { usersById } from '../../domain/users/queries.js'
import { EmbeddedSeries, embedProject, embedSeries, embedUser, loadProjects } from '../framework/embedded.js'
import type { RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { orNull } from '../framework/schema.js'
import { since } from '../framework/versions.js'
import { describe } from './event-schema.js'

/** Events of series, which only requests for their category list. */

const LINKED = describe(
  'series-version-linked',
  'A series was linked to the version before it, or no longer.',
  {
    series: EmbeddedSeries,
    previous: orNull(EmbeddedSeries, 'The version that it continues; null: none any more.'),
    reason: orNull(
      Type.Enum([...VERSION_REASONS]),
      'What a person said, or the strongest evidence; null if evidence that was wrong is gone.',
    ),
  },
)

const SUPERSEDED = describe(
  'series-superseded',
  'The patches of a series were superseded by a newer version.',
  {
    series: EmbeddedSeries,
    superseded_by: orNull(EmbeddedSeries, 'The newer version.'),
  },
)

const REQUESTED = describe('check-requested', 'Somebody asks for tests of a series again.', {
  series: EmbeddedSeries,
  contexts: Type.Array(Type.String(), { description: 'What is to be tested; empty: everything.' }),
})

export const SERIES_EVENTS = [
  since('1.4', LINKED),
  since('1.4', SUPERSEDED),
  since('1.4', REQUESTED),
] as const satisfies readonly TSchema[]

type SeriesEvent = Static<typeof LINKED> | Static<typeof SUPERSEDED> | Static<typeof REQUESTED>

/** The events of some numbers, in their order. */
export async function toSeriesEvents(
  { db, response }: Pick<RequestContext, 'db' | 'response'>,
  ids: readonly number[],
): Promise<SeriesEvent[]> {
  const rows = inOrder(ids, await seriesEventsById(db, ids))
  await loadProjects({ db, response }, rows)
  const users = await usersById(db, [...new Set(rows.flatMap(({ actor_id }) => actor_id ?? []))])
  const byId = new Map(users.map((user) => [user.id, user]))
  return rows.map((row) => {
    const actor = byId.get(row.actor_id ?? 0)
    const event = {
      id: row.id,
      category: row.category,
      project: embedProject(response, row.project_id),
      date: response.date(row.date),
      actor: actor ? embedUser(response, actor) : null,
      payload: payloadOf(response, row),
    }
    // The category decides the payload.
    return event as SeriesEvent
  })
}

function payloadOf(response: ResponseContext, row: SeriesEventRow) {
  const { project_id, series_id: id, series_name: name, series_date: date, series_version: version } = row
  const series = embedSeries(response, { id, project_id, name, date, version })
  if (row.category === 'check-requested')
    return { series, contexts: row.contexts ? row.contexts.split(',') : [] }
  const other = otherOf(response, row)
  if (row.category === 'series-superseded') return { series, superseded_by: other }
  return { series, previous: other, reason: row.reason }
}

function otherOf(response: ResponseContext, row: SeriesEventRow) {
  if (row.other_id === null) return null
  const { project_id, other_id: id, other_name: name, other_date: date, other_version: version } = row
  return embedSeries(response, { id, project_id, name, date, version })
}
