import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'

/** The figures on the page of a project. */
export interface Statistics {
  readonly states: readonly StateCount[]
  readonly received: readonly DayCount[]
  /** Patches that left the states that require action. */
  readonly handled: readonly DayCount[]
}

export interface StateCount {
  state_id: number
  archived: number
  count: number
}

export interface DayCount {
  /** `2026-11-23` */
  day: string
  count: number
}

interface Span {
  project: number
  since: Time
  until: Time
}

const byState = prepare<Span, StateCount>((db, { project }) =>
  db
    .selectFrom('patch_counts')
    .select(['state_id', 'archived', 'total as count'])
    .where('project_id', '=', project)
    .where('total', '>', 0),
)

const received = prepare<Span, DayCount>((db, { project, since, until }) =>
  db
    .selectFrom('patches')
    .select([sql<string>`substr(date, 1, 10)`.as('day'), (eb) => eb.fn.countAll<number>().as('count')])
    .where('project_id', '=', project)
    .where('date', '>=', since)
    .where('date', '<=', until)
    .groupBy(sql`substr(date, 1, 10)`),
)

const handled = prepare<Span, DayCount>((db, { project, since, until }) =>
  db
    .selectFrom('events')
    .innerJoin('states as before', 'before.id', 'events.previous_state_id')
    .innerJoin('states as after', 'after.id', 'events.current_state_id')
    .select([sql<string>`substr(events.date, 1, 10)`.as('day'), (eb) => eb.fn.countAll<number>().as('count')])
    .where('events.category', '=', 'patch-state-changed')
    .where('events.project_id', '=', project)
    .where('events.date', '>=', since)
    .where('events.date', '<=', until)
    .where('before.action_required', '=', 1)
    .where('after.action_required', '=', 0)
    .groupBy(sql`substr(events.date, 1, 10)`),
)

export interface OpenCount {
  project_id: number
  count: number
}

const openCounts = prepare<object, OpenCount>((db) =>
  db
    .selectFrom('patch_counts')
    .innerJoin('states', 'states.id', 'patch_counts.state_id')
    .select(['project_id', (eb) => eb.fn.sum<number>('total').as('count')])
    .where('archived', '=', 0)
    .where('states.action_required', '=', 1)
    .groupBy('project_id')
    .having((eb) => eb.fn.sum('total'), '>', 0),
)

/** A count that takes longer than this, in milliseconds, is cached … */
const SLOW = 10
/** … for this multiple of its duration, so that counting uses at most a hundredth of the time. */
const PATIENCE = 100

interface Remembered<T> {
  readonly result: Promise<T>
  until: number
}

/** The figures of projects; on large sites they may be some seconds old. */
export class StatisticsCache {
  readonly #db: Database
  readonly #patience: number
  #open: Remembered<OpenCount[]> | undefined
  readonly #projects = new Map<number, Remembered<Statistics>>()

  /** `patience`: the multiple of its duration for which a slow count is cached. */
  constructor(db: Database, patience = PATIENCE) {
    this.#db = db
    this.#patience = patience
  }

  /**
   * Number of patches of each project that require action and are not archived, by one statement for any number of
   * projects.
   */
  readOpenCounts(): Promise<OpenCount[]> {
    if (!this.#open || this.#open.until <= performance.now())
      this.#open = rememberWhile(() => openCounts(this.#db, {}), this.#patience)
    return this.#open.result
  }

  /** The figures of a project, with daily ones between two times. */
  readStatistics(span: Span): Promise<Statistics> {
    const known = this.#projects.get(span.project)
    if (known && known.until > performance.now()) return known.result
    const copy = rememberWhile(
      async () => ({
        states: await byState(this.#db, span),
        received: await received(this.#db, span),
        handled: await handled(this.#db, span),
      }),
      this.#patience,
    )
    this.#projects.set(span.project, copy)
    return copy.result
  }
}

/** Starts to count. A slow result is cached for a while; a failure or a quick result is not. */
function rememberWhile<T>(count: () => Promise<T>, patience: number): Remembered<T> {
  const started = performance.now()
  const result = count()
  const copy = { result, until: Infinity }
  const end = (isKept: boolean) => {
    const took = performance.now() - started
    copy.until = isKept && took > SLOW ? performance.now() + took * patience : 0
  }
  result.then(
    () => end(true),
    () => end(false),
  )
  return copy
}
