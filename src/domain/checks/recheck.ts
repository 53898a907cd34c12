import { canEditCover } from '../../auth/permissions.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { NotFound, TooMany } from '../../util/errors.js'
import { DAY_MS, HOUR_MS, momentOf, timeBefore } from '../../util/time.js'
import { type Actor, type Input, mailActor, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import type { Parent } from '../comments/queries.js'
import { readEditableSeries } from '../series/queries.js'
import { recordCheckRequest } from '../series-events/updates.js'

/** Requests to test a series again: an event that bots see, no more often than they can bear. */

/** Maximum number of requests for one series within the window, which is in milliseconds. */
export const MAX_RECHECKS = 5
export const RECHECK_WINDOW_MS = HOUR_MS

/** Older mails, such as those of an archive that is imported, request nothing. */
const MAX_MAIL_AGE_MS = DAY_MS

/** What is to be tested again; without contexts everything. */
export interface CheckRequest {
  readonly contexts: readonly string[]
}

/**
 * Requests tests of a series, for its submitter and the maintainers of its project. Throws NotFound, Forbidden, and
 * TooMany if it was requested too often.
 */
export async function requestChecks(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<CheckRequest>,
): Promise<CheckRequest> {
  return await transaction(database, async (db) => {
    const [series] = await readEditableSeries(db, [id])
    if (!series) throw new NotFound('No Series matches the given query.')
    await requirePermission(db, actor, 'checks', (viewer) => canEditCover(viewer, series))
    const { contexts } = await readInput(db, input)
    const wait = await secondsToWait(db, id, actor.time)
    if (wait > 0)
      throw new TooMany(
        `The checks of a series are requested at most ${MAX_RECHECKS} times in an hour.`,
        wait,
      )
    await record(db, actor, { ...series, contexts })
    return { contexts }
  })
}

/** Who a mail is from, and what it answers. */
interface RequestMail {
  readonly answered: Parent
  /** Person id. */
  readonly submitter: number
  readonly address: string
  readonly date: Time
  readonly received: Time
}

/**
 * Requests what a mail says in the transaction that stores it, if it is from the submitter of the series or from a
 * maintainer, recent, and not too often; says whether it was.
 */
export async function requestChecksByMail(
  db: Database,
  { answered, submitter, address, date, received }: RequestMail,
  contexts: readonly string[],
): Promise<boolean> {
  if (date < timeBefore(momentOf(received), MAX_MAIL_AGE_MS)) return false
  const read = answered.kind === 'patch' ? seriesOfPatch : seriesOfCover
  const [series] = await read(db, { id: answered.id, person: submitter })
  if (!series || (await secondsToWait(db, series.id, received)) > 0) return false
  await record(db, mailActor(received), { ...series, contexts, address })
  return true
}

interface Requested {
  readonly id: number
  readonly project_id: number
  readonly contexts: readonly string[]
  /** Where the mail came from that requests it. */
  readonly address?: string
}

async function record(
  db: Database,
  actor: Actor,
  { id, project_id, contexts, address }: Requested,
): Promise<void> {
  await recordCheckRequest(db, {
    project_id,
    date: actor.time,
    actor_id: actor.id,
    series_id: id,
    contexts: contexts.join(','),
  })
  const after = { contexts: contexts.join(', ') || 'all', by: address }
  const what = { kind: 'series', name: String(id), projectId: project_id } as const
  await recordChange(db, actor, { ...what, action: 'recheck', after })
}

const recent = prepare<{ series: number; since: Time; limit: number }, { date: Time }>(
  (db, { series, since, limit }) =>
    db
      .selectFrom('series_events')
      .select('date')
      .where('series_id', '=', series)
      .where('category', '=', 'check-requested')
      .where('date', '>', since)
      .orderBy('id', 'desc')
      .limit(limit),
)

/** When the checks of a series may be requested, in seconds from now; 0: at once. */
async function secondsToWait(db: Database, series: number, now: Time): Promise<number> {
  const since = timeBefore(momentOf(now), RECHECK_WINDOW_MS)
  const rows = await recent(db, { series, since, limit: MAX_RECHECKS })
  const oldest = rows.at(-1)
  if (rows.length < MAX_RECHECKS || !oldest) return 0
  const end = momentOf(oldest.date).getTime() + RECHECK_WINDOW_MS
  return Math.max(1, Math.ceil((end - momentOf(now).getTime()) / 1000))
}

/** The series of a patch, if a person may request its checks: its submitter, also by another address, or a maintainer. */
const seriesOfPatch = prepare<{ id: number; person: number }, { id: number; project_id: number }>(
  (db, { id, person }) =>
    requestableBy(db, person).where('series.id', '=', (eb) =>
      eb.selectFrom('patches').select('series_id').where('patches.id', '=', id),
    ),
)

/** The same of a cover. */
const seriesOfCover = prepare<{ id: number; person: number }, { id: number; project_id: number }>(
  (db, { id, person }) => requestableBy(db, person).where('series.cover_id', '=', id),
)

function requestableBy(db: Database, person: number) {
  return db
    .selectFrom('series')
    .innerJoin('people as submitter', 'submitter.id', 'series.submitter_id')
    .innerJoin('people as sender', (join) => join.on('sender.id', '=', person))
    .select(['series.id', 'series.project_id'])
    .where((eb) =>
      eb.or([
        eb('sender.id', '=', eb.ref('series.submitter_id')),
        eb('sender.user_id', '=', eb.ref('submitter.user_id')),
        eb.exists(
          eb
            .selectFrom('maintainers')
            .innerJoin('users', 'users.id', 'maintainers.user_id')
            .select('maintainers.user_id')
            .whereRef('maintainers.user_id', '=', 'sender.user_id')
            .whereRef('maintainers.project_id', '=', 'series.project_id')
            .where('users.is_active', '=', 1),
        ),
      ]),
    )
}
