import { type Selectable, sql } from 'kysely'
import type { SuggestionItemTable, SuggestionTable } from '../../db/automation-tables.js'
import { byIds, type Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { type Clauses, condition, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { NotFound } from '../../util/errors.js'
import { listRefused } from '../changes/queries.js'
import type { RuleName } from './rules.js'

/** Reads what rules suggest. */

/**
 * Whether a suggested change of a patch is still to be made: nobody made it, and the patch still asks for action, or is
 * as it was.
 */
const IS_OPEN = sql<boolean>`((i.state_id is not null and p.state_id <> i.state_id
    and (p.state_id = i.from_state_id or st.action_required = 1))
  or (i.archived = 1 and p.archived = 0 and st.action_required = 0))`

const HAS_OPEN_ITEMS = sql<boolean>`exists (select 1 from suggestion_items i join patches p on p.id = i.patch_id
  join states st on st.id = p.state_id where i.suggestion_id = suggestions.id and ${IS_OPEN})`

/** Filter of suggestions; undefined fields match everything. */
export interface SuggestionFilter {
  readonly projects?: readonly number[] | undefined
  readonly series?: readonly number[] | undefined
  /** Only those that nobody dismissed and that still have something to change. */
  readonly isOpen?: true | undefined
}

const CLAUSES: Clauses<SuggestionFilter> = {
  projects: oneOf('project_id'),
  series: oneOf('series_id'),
  isOpen: () => condition('open', sql`dismissed is null and ${HAS_OPEN_ITEMS}`),
}

/** The ids of one page of suggestions, and the total number. */
export const listSuggestionIds = idLister('suggestions', CLAUSES, { id: 'id' })

/** The newest first. */
const NEWEST_FIRST = [{ by: 'id', isDescending: true }] as const

/** One page of what is suggested in a project, and how many suggestions there are. */
export interface SuggestionPage {
  readonly suggestions: readonly OpenSuggestion[]
  readonly total: number
}

/** What rules suggest in a project and what is still to be made, the newest first. */
export async function listOpenSuggestions(
  db: Database,
  project: number,
  window: { limit: number; offset: number },
): Promise<SuggestionPage> {
  const { ids, total } = await listSuggestionIds(db, openIn(project), NEWEST_FIRST, window)
  return { suggestions: (await readOpen(db, ids)).toReversed(), total }
}

/** The number of open suggestions of a project, counted up to `most`. */
export async function countOpenSuggestions(db: Database, project: number, most: number): Promise<number> {
  const { total } = await listSuggestionIds(db, openIn(project), NEWEST_FIRST, { limit: 1, offset: 0, most })
  return total
}

function openIn(project: number): SuggestionFilter {
  return { projects: [project], isOpen: true }
}

export type SuggestionRow = Selectable<SuggestionTable>

export const suggestionsById = byIds<SuggestionRow>((db, ids) =>
  db
    .selectFrom('suggestions')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** A suggestion of a project that nobody dismissed. Throws NotFound. */
export async function getSuggestion(db: Database, project: number, id: number): Promise<SuggestionRow> {
  const [row] = await suggestionsById(db, [id])
  if (row?.project_id !== project || row.dismissed !== null)
    throw new NotFound('No Suggestion matches the given query.')
  return row
}

/** A suggested change that is still to be made, with the patch. */
export interface OpenItem extends SuggestionItemTable {
  name: string
  series_id: number | null
  /** The version of its series. */
  version: number | null
}

function selectOpenItems(db: Database) {
  return db
    .selectFrom('suggestion_items as i')
    .innerJoin('patches as p', 'p.id', 'i.patch_id')
    .innerJoin('states as st', 'st.id', 'p.state_id')
    .leftJoin('series as s', 's.id', 'p.series_id')
    .selectAll('i')
    .select(['p.name', 'p.series_id', 's.version'])
    .where(IS_OPEN)
    .orderBy('i.suggestion_id')
    .orderBy('p.series_id')
    .orderBy('p.number')
    .orderBy('i.patch_id')
}

/** What is still to be changed of some suggestions, in the order of series and places. */
export const openItemsOf = byIds<OpenItem>((db, ids) =>
  selectOpenItems(db).where((eb) => capabilities(db).anyOf(eb.ref('i.suggestion_id'), ids)),
)

/** A suggestion with what is still to be changed. */
export interface OpenSuggestion extends SuggestionRow {
  readonly items: readonly OpenItem[]
}

const idsOfPages = prepare<Ids & { series: number; limit: number }, { id: number }>(
  (db, { ids, series, limit }) =>
    db
      .selectFrom('suggestions as s')
      .select('s.id')
      .where('s.dismissed', 'is', null)
      .where((eb) =>
        eb.or([
          eb('s.series_id', '=', series),
          eb(
            's.id',
            'in',
            eb
              .selectFrom('suggestion_items as i')
              .select('i.suggestion_id')
              .where(capabilities(db).anyOf(sql.ref('i.patch_id'), ids)),
          ),
        ]),
      )
      .orderBy('s.id')
      .limit(limit),
)

/** Maximum number of suggestions on one page. */
const MAX_SHOWN = 10

/** The suggestions about some patches, and those that are shown with a series. */
export async function listSuggestionsFor(
  db: Database,
  { patches, series = 0 }: { patches: readonly number[]; series?: number },
): Promise<OpenSuggestion[]> {
  const shown = { ids: capabilities(db).listParameter(patches), series, limit: MAX_SHOWN }
  return await readOpen(
    db,
    (await idsOfPages(db, shown)).map(({ id }) => id),
  )
}

/** Suggestions by id, as far as they still have something to change. */
export async function readOpen(db: Database, ids: readonly number[]): Promise<OpenSuggestion[]> {
  if (ids.length === 0) return []
  const rows = await suggestionsById(db, ids)
  const bySuggestion = Map.groupBy(await openItemsOf(db, ids), ({ suggestion_id }) => suggestion_id)
  return rows
    .map((row) => ({ ...row, items: bySuggestion.get(row.id) ?? [] }))
    .filter(({ items }) => items.length > 0)
    .toSorted((a, b) => a.id - b.id)
}

const dismissed = prepare<Ids & { rule: string }, { patch_id: number }>((db, { ids, rule }) =>
  db
    .selectFrom('suggestion_items as i')
    .innerJoin('suggestions as s', 's.id', 'i.suggestion_id')
    .select('i.patch_id')
    .distinct()
    .where('s.rule', '=', rule)
    .where('s.dismissed', 'is not', null)
    .where((eb) => capabilities(db).anyOf(eb.ref('i.patch_id'), ids)),
)

/** Those of some patches that a rule must leave alone: a person took its change back, or dismissed the suggestion. */
export async function listUntouchable(
  db: Database,
  rule: RuleName,
  patches: readonly number[],
): Promise<Set<number>> {
  if (patches.length === 0) return new Set()
  const rows = await dismissed(db, { ids: capabilities(db).listParameter(patches), rule })
  return (await listRefused(db, rule, patches)).union(new Set(rows.map(({ patch_id }) => patch_id)))
}
