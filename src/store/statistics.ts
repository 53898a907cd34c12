import { sql } from 'kysely'
import { prepare } from '../db/prepared.js'
import type { Database, Time } from '../db/schema.js'

/** What a project's page tells in figures. */
export interface Statistics {
  readonly states: readonly StateCount[]
  readonly received: readonly DayCount[]
  /** Patches that left the states that ask somebody to act. */
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
    .selectFrom('patches')
    .select(['state_id', 'archived', (eb) => eb.fn.countAll<number>().as('count')])
    .where('project_id', '=', project)
    .groupBy(['archived', 'state_id']),
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

/** Counting that takes longer than that many milliseconds is worth remembering … */
const SLOW = 10
/** … for so many times as long as it took, so that it never takes more than a hundredth of our time. */
const PATIENCE = 100

interface Remembered {
  readonly result: Promise<Statistics>
  until: number
}

const remembered = new WeakMap<object, Map<number, Remembered>>()

/** The figures of a project, with those of its days between two times; of large projects they may be some seconds old. */
export function readStatistics(db: Database, span: Span): Promise<Statistics> {
  const { adapter } = db.getExecutor()
  let copies = remembered.get(adapter)
  if (!copies) remembered.set(adapter, (copies = new Map()))
  const known = copies.get(span.project)
  if (known && known.until > performance.now()) return known.result
  const copy: Remembered = { result: count(db, span, (until) => (copy.until = until)), until: Infinity }
  copies.set(span.project, copy)
  return copy.result
}

/** Counts, and tells `keep` until when the result is to be kept: not at all if it could not be made. */
async function count(db: Database, span: Span, keep: (until: number) => void): Promise<Statistics> {
  const started = performance.now()
  let until = 0
  try {
    const statistics = {
      states: await byState(db, span),
      received: await received(db, span),
      handled: await handled(db, span),
    }
    const took = performance.now() - started
    if (took > SLOW) until = performance.now() + took * PATIENCE
    return statistics
  } finally {
    keep(until)
  }
}
