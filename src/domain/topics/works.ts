import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { rawQuery } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { linksKey, MAX_TOPIC, type TopicLink } from './components.js'
import { listLinks } from './queries.js'

/**
 * The links that rules decided, and the works that follow from them. Unlike topics, they depend neither on what people
 * decided nor on later series: the work of a series is known once all before it are decided.
 */

/** Maximum number of links that are followed at once. */
const MAX_LINKS = 5000

const ancestry = byIds<TopicLink>((db, ids) =>
  rawQuery(
    db,
    sql<TopicLink>`
      with recursive ancestors(id) as (
        select series_id from topic_members where ${capabilities(db).anyOf(sql.ref('series_id'), ids)}
        union
        select l.earlier_id from topic_links l join ancestors a on a.id = l.series_id
      )
      select l.series_id as series, l.earlier_id as earlier, l.reason, l.score
      from topic_links l join ancestors a on a.id = l.series_id
      limit ${sql.lit(MAX_LINKS)}`,
  ),
)

const descendants = byIds<{ id: number }>((db, ids) =>
  rawQuery(
    db,
    sql<{ id: number }>`
      with recursive descendants(id) as (
        select series_id from topic_links where ${capabilities(db).anyOf(sql.ref('earlier_id'), ids)}
        union
        select l.series_id from topic_links l join descendants d on d.id = l.earlier_id
      )
      select id from descendants limit ${sql.lit(MAX_TOPIC)}`,
  ),
)

export class Works {
  readonly #db: Database
  /** The links of each series, as they were stored and as they were decided since. */
  readonly #stored = new Map<number, readonly TopicLink[]>()
  readonly #decided = new Map<number, readonly TopicLink[]>()
  /** Series that stored links lead to. */
  readonly #continued = new Set<number>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Reads the links of some series that are about to be decided. */
  async read(ids: readonly number[]): Promise<void> {
    const rows = await listLinks(this.#db, ids)
    const bySeries = Map.groupBy(rows, ({ series }) => series)
    for (const id of ids) this.#stored.set(id, bySeries.get(id) ?? [])
    for (const { earlier } of rows) this.#continued.add(earlier)
  }

  storedOf(id: number): readonly TopicLink[] {
    return this.#stored.get(id) ?? []
  }

  decidedOf(id: number): readonly TopicLink[] {
    return this.#decided.get(id) ?? []
  }

  /** Notes the links of a series that was decided. Returns whether they differ from the stored ones. */
  decide(id: number, links: readonly TopicLink[]): boolean {
    this.#decided.set(id, links)
    return linksKey(links) !== linksKey(this.storedOf(id))
  }

  /** The first series that a series leads back to; those whose links are not known yet are added to `missing`. */
  rootsOf(id: number, missing: Set<number>): ReadonlySet<number> {
    const roots = new Set<number>()
    const seen = new Set([id])
    for (const each of seen) {
      const links = this.#decided.get(each) ?? this.#stored.get(each)
      if (!links) missing.add(each)
      else if (links.length === 0) roots.add(each)
      else for (const { earlier } of links) seen.add(earlier)
    }
    return roots
  }

  /** Reads the links of some series, and of all that these lead to. */
  async readAncestry(ids: readonly number[]): Promise<void> {
    const rows = await ancestry(this.#db, ids)
    const bySeries = Map.groupBy(rows, ({ series }) => series)
    for (const id of new Set([...ids, ...rows.map(({ earlier }) => earlier)]))
      if (!this.#stored.has(id)) this.#stored.set(id, bySeries.get(id) ?? [])
  }

  /** The series that continue one by stored links, directly or through others; of very many only some. */
  async descendantsOf(id: number): Promise<number[]> {
    if (!this.#continued.has(id)) return []
    return (await descendants(this.#db, [id])).map((row) => row.id)
  }
}
