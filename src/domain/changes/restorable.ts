import type { Database } from '../../db/schema.js'
import { maintainersOf } from '../projects/maintainers.js'
import { listDelegationRules } from '../projects/queries.js'
import { existingSeries } from '../series/queries.js'
import { listStates } from '../states/queries.js'
import { closesCircle } from '../topics/versions.js'
import { openAccounts } from '../users/queries.js'
import type { ItemRow } from './queries.js'

/** Which earlier values can be restored: states, users and series may be gone since. */
export class Restorable {
  readonly #states: ReadonlySet<number>
  readonly #delegates: ReadonlySet<number>
  readonly #series: ReadonlySet<number>
  /** The series whose earlier version continues them by now. */
  readonly #circles: ReadonlySet<number>

  private constructor(
    states: Iterable<number>,
    delegates: Iterable<number>,
    series: Iterable<number>,
    circles: Iterable<number>,
  ) {
    this.#states = new Set(states)
    this.#delegates = new Set(delegates)
    this.#series = new Set(series)
    this.#circles = new Set(circles)
  }

  /** Reads what the earlier values of some changes of a project name. */
  static async read(db: Database, projectId: number, items: readonly ItemRow[]): Promise<Restorable> {
    const valuesOf = (field: ItemRow['field']) => [
      ...new Set(items.flatMap((item) => (item.field === field ? (item.before ?? []) : []))),
    ]
    const users = valuesOf('delegate')
    const series = valuesOf('previous')
    const states = await listStates(db)
    return new Restorable(
      states.map(({ id }) => id),
      users.length > 0 ? await listDelegates(db, projectId, users) : [],
      await existingSeries(db, series),
      await listCircles(db, items),
    )
  }

  /** Why the earlier value of a change cannot be restored; undefined if it can. */
  problemOf({ series_id, field, before }: ItemRow): string | undefined {
    if (before === null) return undefined
    if (field === 'state' && !this.#states.has(before)) return 'Its earlier state no longer exists.'
    if (field === 'delegate' && !this.#delegates.has(before))
      return 'Its earlier delegate can no longer be one.'
    if (field === 'previous' && before !== 0 && !this.#series.has(before))
      return 'The earlier version no longer exists.'
    if (field === 'previous' && this.#circles.has(series_id ?? 0))
      return 'The earlier version continues this series now.'
    return undefined
  }
}

/** Those of some users who may be delegates: open accounts that maintain the project, or that a rule of it names. */
async function listDelegates(db: Database, projectId: number, users: readonly number[]): Promise<number[]> {
  const maintainers = (await maintainersOf(db, [projectId])).map(({ id }) => id)
  const named = (await listDelegationRules(db, projectId)).map(({ user_id }) => user_id)
  const allowed = new Set([...maintainers, ...named])
  const open = (await openAccounts(db, users)).map(({ id }) => id)
  return open.filter((id) => allowed.has(id))
}

/** The series of some changes that would continue themselves if their earlier versions were restored. */
async function listCircles(db: Database, items: readonly ItemRow[]): Promise<number[]> {
  const circles: number[] = []
  for (const { series_id, field, before } of items)
    if (field === 'previous' && series_id !== null && before && (await closesCircle(db, series_id, before)))
      circles.push(series_id)
  return circles
}
