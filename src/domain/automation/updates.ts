import { sql } from 'kysely'
import type { SuggestionItemTable, SuggestionTable } from '../../db/automation-tables.js'
import { byIds, deleteByIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { insertRows } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { RuleName } from './rules.js'

/** Writes what rules suggest. */

/** A suggestion, with the changes of its patches. */
export interface NewSuggestion
  extends Pick<SuggestionTable, 'project_id' | 'cause' | 'evidence' | 'series_id'> {
  readonly rule: RuleName
  readonly items: readonly NewItem[]
}

type NewItem = Pick<SuggestionItemTable, 'patch_id' | 'from_state_id'> &
  Partial<Pick<SuggestionItemTable, 'state_id' | 'archived' | 'commit_ref'>>

interface StoredItem extends SuggestionItemTable {
  project_id: number
  rule: string
  cause: string
  evidence: string
}

const storedItems = byIds<StoredItem>((db, ids) =>
  db
    .selectFrom('suggestion_items as own')
    .innerJoin('suggestions as s', 's.id', 'own.suggestion_id')
    .innerJoin('suggestion_items as i', 'i.suggestion_id', 's.id')
    .selectAll('i')
    .select(['s.project_id', 's.rule', 's.cause', 's.evidence'])
    .distinct()
    .where('s.dismissed', 'is', null)
    .where((eb) => capabilities(db).anyOf(eb.ref('own.patch_id'), ids)),
)

/**
 * Replaces what a rule suggests for some patches; those that nobody has to decide anew stay as they are. `patches` are
 * all that the rule looked at, suggested or not.
 */
export async function replaceSuggestions(
  db: Database,
  rule: RuleName,
  patches: readonly number[],
  wanted: readonly NewSuggestion[],
  time: Time,
): Promise<void> {
  const rows = (await storedItems(db, patches)).filter((row) => row.rule === rule)
  const known = Map.groupBy(rows, ({ suggestion_id }) => suggestion_id)
  const kept = new Set<string>()
  const stale: number[] = []
  for (const [id, items] of known) {
    const [first] = items
    const same = wanted.find(
      ({ cause, project_id }) => cause === first?.cause && project_id === first.project_id,
    )
    if (same && first?.evidence === same.evidence && keyOf(items) === keyOf(same.items)) kept.add(same.cause)
    else stale.push(id)
  }
  await deleteSuggestions(db, stale)
  for (const suggestion of wanted)
    if (!kept.has(suggestion.cause)) await insertSuggestion(db, suggestion, time)
}

function keyOf(items: readonly NewItem[]): string {
  return items
    .map(({ patch_id, state_id = null, archived = null, commit_ref = null }) =>
      [patch_id, state_id, archived, commit_ref].join(' '),
    )
    .toSorted()
    .join()
}

/**
 * Stores a suggestion in the place of an open one of the same cause, unless that says the same; one that was dismissed
 * stays so. Returns whether it is new.
 */
export async function insertSuggestion(
  db: Database,
  { items, ...suggestion }: NewSuggestion,
  time: Time,
): Promise<boolean> {
  if (items.length === 0) return false
  const { project_id, rule, cause } = suggestion
  const known = await db
    .selectFrom('suggestions')
    .select(['id', 'dismissed'])
    .where('project_id', '=', project_id)
    .where('rule', '=', rule)
    .where('cause', '=', cause)
    .executeTakeFirst()
  if (known && known.dismissed !== null) return false
  if (known && keyOf(await itemsOf(db, [known.id])) === keyOf(items)) return false
  if (known) await deleteSuggestions(db, [known.id])
  const { id } = await db
    .insertInto('suggestions')
    .values({ ...suggestion, time, dismissed: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  const empty = { state_id: null, archived: null, commit_ref: null }
  await insertRows(
    db,
    'suggestion_items',
    items.map((item) => ({ ...empty, ...item, suggestion_id: id })),
  )
  return true
}

const itemsOf = byIds<SuggestionItemTable>((db, ids) =>
  db
    .selectFrom('suggestion_items')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('suggestion_id'), ids)),
)

/** Deletes suggestions, because they were followed or are no longer true. */
export async function deleteSuggestions(db: Database, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await deleteByIds(db, 'suggestion_items', ids, 'suggestion_id')
  await deleteByIds(db, 'suggestions', ids)
}

/** Marks a suggestion as dismissed; the rule does not suggest it again. */
export async function markDismissed(db: Database, id: number, time: Time): Promise<void> {
  await db.updateTable('suggestions').set({ dismissed: time }).where('id', '=', id).execute()
}

/** Deletes what a rule suggests in a project, because it was turned off. */
export async function deleteSuggestionsOf(db: Database, project: number, rule: RuleName): Promise<void> {
  const rows = await db
    .selectFrom('suggestions')
    .select('id')
    .where('project_id', '=', project)
    .where('rule', '=', rule)
    .where('dismissed', 'is', null)
    .execute()
  await deleteSuggestions(
    db,
    rows.map(({ id }) => id),
  )
}

/** Leaves a series out of the suggestions that are shown with it, before it is deleted. */
export async function forgetSeries(db: Database, series: number): Promise<void> {
  await db
    .updateTable('suggestions')
    .set({ series_id: null })
    .where(sql.ref('series_id'), '=', series)
    .execute()
}
