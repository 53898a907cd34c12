import { type Selectable, sql } from 'kysely'
import { byIds, type Ids } from '../../db/by-id.js'
import type { ChangeBatchTable, ChangeItemTable } from '../../db/change-tables.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { type Clauses, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** Reads what was changed of patches and series. */

/** Filter of batches; undefined fields match everything. */
export interface BatchFilter {
  readonly projects?: readonly number[] | undefined
  /** Ids of the users who made them. */
  readonly actors?: readonly number[] | undefined
}

const CLAUSES: Clauses<BatchFilter> = {
  projects: oneOf('project_id'),
  actors: oneOf('actor_id'),
}

/** The ids of one page of batches, and the total number. */
export const listBatchIds = idLister('change_batches', CLAUSES, { id: 'id' })

export interface BatchRow extends Selectable<ChangeBatchTable> {
  /** Null if the account was deleted. */
  actor_username: string | null
  actor_first_name: string
  actor_last_name: string
  actor_email: string
}

/** Batches with the accounts that made them. */
export const batchesById = byIds<BatchRow>((db, ids) =>
  db
    .selectFrom('change_batches as b')
    .leftJoin('users as u', 'u.id', 'b.actor_id')
    .selectAll('b')
    .select(['u.username as actor_username', 'u.first_name as actor_first_name'])
    .select(['u.last_name as actor_last_name', 'u.email as actor_email'])
    .where((eb) => capabilities(db).anyOf(eb.ref('b.id'), ids))
    .$castTo<BatchRow>(),
)

export type ItemRow = Selectable<ChangeItemTable>

/** All changes of some batches. */
export const itemsByBatch = byIds<ItemRow>((db, ids) =>
  db
    .selectFrom('change_items')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('batch_id'), ids))
    .orderBy('batch_id')
    .orderBy('patch_id')
    .orderBy('series_id')
    .orderBy('field'),
)

/** A change as lists show it. */
export interface ListedItem extends ItemRow {
  /** How many changes its batch has. */
  total: number
}

const listedItems = prepare<Ids & { limit: number }, ListedItem>((db, { ids, limit }) =>
  db
    .selectFrom(
      db
        .selectFrom('change_items')
        .selectAll()
        .select([
          sql<number>`count(*) over (partition by batch_id)`.as('total'),
          sql<number>`row_number() over (partition by batch_id order by patch_id, series_id, field)`.as(
            'place',
          ),
        ])
        .where((eb) => capabilities(db).anyOf(eb.ref('batch_id'), ids))
        .as('items'),
    )
    .selectAll()
    .where('place', '<=', limit)
    .orderBy('batch_id')
    .orderBy('place'),
)

/** The first `limit` changes of each of some batches. */
export async function listItems(
  db: Database,
  batches: readonly number[],
  limit: number,
): Promise<ListedItem[]> {
  if (batches.length === 0) return []
  return await listedItems(db, { ids: capabilities(db).listParameter(batches), limit })
}

/** A change that was made to the same field as another one. */
type FieldOf = Pick<ItemRow, 'patch_id' | 'series_id' | 'field'>

const laterChanges = prepare<{ batch: number }, FieldOf>((db, { batch }) =>
  db
    .selectFrom('change_items as own')
    .innerJoin('change_items as later', (join) =>
      join
        .on((eb) =>
          eb.or([
            eb('later.patch_id', '=', eb.ref('own.patch_id')),
            eb('later.series_id', '=', eb.ref('own.series_id')),
          ]),
        )
        .onRef('later.field', '=', 'own.field')
        .onRef('later.batch_id', '>', 'own.batch_id'),
    )
    .innerJoin('change_batches as b', 'b.id', 'later.batch_id')
    .select(['own.patch_id', 'own.series_id', 'own.field'])
    .where('own.batch_id', '=', batch)
    .where('b.undoes_id', 'is', null)
    .where('later.undone_id', 'is', null),
)

/** The fields of a batch that a later one changed, which was not undone. */
export async function listChangedSince(db: Database, batch: number): Promise<FieldOf[]> {
  return await laterChanges(db, { batch })
}

/** A line of a history: what one batch did to one field of some patches, or of a series. */
export interface HistoryRow
  extends Pick<BatchRow, 'time' | 'actor' | 'actor_id' | 'way' | 'rule' | 'evidence'> {
  batch_id: number
  undoes_id: number | null
  /** Null if the account was deleted. */
  actor_username: string | null
  field: ItemRow['field']
  before: number | null
  after: number | null
  before_text: string | null
  after_text: string | null
  /** The user names of delegates. */
  before_username: string | null
  after_username: string | null
  /** How many patches were changed so, and for how many of them it was undone. */
  count: number
  undone: number
}

/** The newest lines of the history of some patches and of a series itself, at most `limit`, the newest first. */
export async function listHistory(
  db: Database,
  { patches, series = 0 }: { patches: readonly number[]; series?: number | undefined },
  limit: number,
): Promise<HistoryRow[]> {
  return await history(db, { ids: capabilities(db).listParameter(patches), series, limit })
}

/** The user name of a delegate. */
function nameOf(value: string) {
  return sql<string | null>`case when i.field = 'delegate' then
    (select username from users where id = ${sql.ref(value)}) end`
}

const history = prepare<Ids & { series: number; limit: number }, HistoryRow>((db, { ids, series, limit }) => {
  const lines = db
    .selectFrom('change_items')
    .select(['batch_id', 'field', 'before', 'after', 'before_text', 'after_text'])
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.count<number>('undone_id').as('undone')])
    .where((eb) => eb.or([capabilities(db).anyOf(eb.ref('patch_id'), ids), eb('series_id', '=', series)]))
    .groupBy(['batch_id', 'field', 'before', 'after', 'before_text', 'after_text'])
    .orderBy('batch_id', 'desc')
    .orderBy('field')
    .orderBy('count', 'desc')
    .limit(limit)
    .as('i')
  return db
    .selectFrom(lines)
    .innerJoin('change_batches as b', 'b.id', 'i.batch_id')
    .leftJoin('users as u', 'u.id', 'b.actor_id')
    .selectAll('i')
    .select(['b.time', 'b.actor', 'b.actor_id', 'b.way', 'b.rule', 'b.evidence', 'b.undoes_id'])
    .select(['u.username as actor_username', nameOf('i.before').as('before_username')])
    .select(nameOf('i.after').as('after_username'))
    .orderBy('i.batch_id', 'desc')
    .orderBy('i.field')
    .orderBy('i.count', 'desc')
    .$castTo<HistoryRow>()
})

const undone = prepare<Ids & { rule: string }, { patch_id: number }>((db, { ids, rule }) =>
  db
    .selectFrom('change_items as i')
    .innerJoin('change_batches as b', 'b.id', 'i.batch_id')
    .select('i.patch_id')
    .distinct()
    .where('b.rule', '=', rule)
    .where((eb) => capabilities(db).anyOf(eb.ref('i.patch_id'), ids))
    .where((eb) =>
      eb.or([
        eb('i.undone_id', 'is not', null),
        eb.exists(
          eb
            .selectFrom('change_items as later')
            .innerJoin('change_batches as hand', 'hand.id', 'later.batch_id')
            .select('later.batch_id')
            .whereRef('later.patch_id', '=', 'i.patch_id')
            .whereRef('later.field', '=', 'i.field')
            .whereRef('later.batch_id', '>', 'i.batch_id')
            .whereRef('later.after', '=', 'i.before')
            .where('hand.rule', 'is', null)
            .where('hand.undoes_id', 'is', null),
        ),
      ]),
    )
    .$castTo<{ patch_id: number }>(),
)

/**
 * Those of some patches where a person took back what a rule had changed, by undoing it or by hand: the rule must not
 * do it again.
 */
export async function listRefused(
  db: Database,
  rule: string,
  patches: readonly number[],
): Promise<Set<number>> {
  if (patches.length === 0) return new Set()
  const rows = await undone(db, { ids: capabilities(db).listParameter(patches), rule })
  return new Set(rows.map(({ patch_id }) => patch_id))
}
