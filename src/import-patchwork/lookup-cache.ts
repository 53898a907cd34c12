import type { Database } from '../db/schema.js'
import { clockOf } from './clock.js'
import { IdSet } from './id-set.js'
import type { Lookups, Mapping, Profile, Target } from './mapping.js'
import type { Source } from './source.js'
import { listImportedIds } from './store/import-rows.js'
import { toFlag, toInteger } from './tables/fields.js'
import { MAPPINGS } from './tables/index.js'

const PROFILES = 'patchwork_userprofile'
const PROFILE_COLUMNS = ['user_id', 'send_email', 'items_per_page', 'show_ids'] as const

/** Lookups that all tables need: which rows are here already, and small tables of the source. */
export class LookupCache implements Lookups {
  readonly toTime: (text: string) => string | undefined
  firstState = 0
  readonly #ids = new Map<Target, IdSet>()
  readonly #profiles = new Map<number, Profile>()
  readonly #owners = new Map<number, number>()

  constructor(zone: string) {
    this.toTime = clockOf(zone)
  }

  /** Loads the ids of the rows here, and users' settings from the source. */
  async load(db: Database, source: Source): Promise<void> {
    for (const { target, kind } of MAPPINGS) if (kind === 'numbered') await this.#loadIds(db, target)
    await this.#loadProfiles(source)
    await this.#loadFirstState(source)
  }

  has(table: Target, id: number): boolean {
    return this.#ids.get(table)?.has(id) ?? false
  }

  /** The ids of the rows of a table that are here. */
  ids({ target }: Pick<Mapping, 'target'>): IdSet {
    let ids = this.#ids.get(target)
    if (!ids) this.#ids.set(target, (ids = new IdSet()))
    return ids
  }

  profile(userId: number): Profile | undefined {
    return this.#profiles.get(userId)
  }

  ownerOf(profileId: number): number | undefined {
    return this.#owners.get(profileId)
  }

  async #loadIds(db: Database, target: Target): Promise<void> {
    const ids = this.ids({ target })
    for await (const id of listImportedIds(db, target)) ids.add(id)
  }

  async #loadProfiles(source: Source): Promise<void> {
    if (!source.tables.has(PROFILES)) return
    for await (const { rows } of source.rows(PROFILES, PROFILE_COLUMNS, { key: 'id' }))
      for (const [user, email, items, ids, id] of rows) {
        const owner = Number(user)
        this.#owners.set(Number(id), owner)
        this.#profiles.set(owner, {
          send_email: toFlag(email ?? null) ?? 0,
          items_per_page: toInteger(items ?? null, 'items_per_page') ?? 100,
          show_ids: toFlag(ids ?? null) ?? 0,
        })
      }
  }

  async #loadFirstState(source: Source): Promise<void> {
    let lowest = Number.POSITIVE_INFINITY
    for await (const { rows } of source.rows('patchwork_state', ['id', 'ordering'], { key: 'id' }))
      for (const [id, ordering] of rows) {
        if (Number(ordering) >= lowest) continue
        lowest = Number(ordering)
        this.firstState = Number(id)
      }
  }
}
