import { type CachedRows, uncachedRows } from '../../db/row-cache.js'
import type { Project } from '../../domain/projects/queries.js'
import type { Tag } from '../../domain/tags/queries.js'
import { HOLE, type Markup } from '../framework/html.js'
import { type KeptParts, keptParts } from '../framework/kept-parts.js'
import { type ListQuery, queryWith } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import type { ShownPatch } from './shown-patches.js'

/** One row of a list as it is sent. */
export interface ListRow {
  /** Its markup, between the holes in it. */
  readonly parts: readonly Buffer[]
  /** The patches that can be chosen in it. */
  readonly patches: readonly ShownPatch[]
  /** Of a series: how many patches are listed under it where there is room. */
  readonly lines: number
}

/** The viewer's part of what rows look like. */
export interface RowView {
  /** Whether rows can be chosen, and their patches changed or put into bundles. */
  readonly isSelectable: boolean
  readonly showsIds: boolean
}

/** What rows look like for the viewer of a page. */
export function rowViewOf({ viewer }: RequestContext): RowView {
  return { isSelectable: viewer !== undefined, showsIds: viewer?.show_ids === 1 }
}

interface PlacedList {
  readonly path: string
  readonly query: ListQuery
  readonly tags: readonly Tag[]
  readonly page: number
  readonly pages: number
}

/** The parts around the rows of a list that are the same for every viewer with the same view; see `keptParts`. */
export function listParts(
  context: RequestContext,
  { path, query, tags, page, pages }: PlacedList,
): KeptParts {
  const { isSelectable, showsIds } = rowViewOf(context)
  const columns = [isSelectable, showsIds, ...tags.map(({ id }) => id)].join()
  // A query has no line break in it.
  return keptParts(context, [path, queryWith(query), page, pages, columns].join('\n'))
}

/** A row, of its markup and of the patches in it. */
export function makeListRow(
  markup: Markup,
  patches: readonly ShownPatch[],
  { isSelectable }: RowView,
  lines = 0,
): ListRow {
  const parts = markup.toString().split(HOLE.toString())
  const shown = patches.map(({ id, state_id, delegate_id, archived }) => ({
    id,
    state_id,
    delegate_id,
    archived,
  }))
  return { parts: parts.map((part) => Buffer.from(part)), patches: isSelectable ? shown : [], lines }
}

type RowsById = ReadonlyMap<number, ListRow>

/** The rows of a page, of those that were known and those that were made; one that has vanished since is left out. */
export function rowsInOrder(ids: readonly number[], known: RowsById, made: RowsById = new Map()): ListRow[] {
  return ids.flatMap((id) => known.get(id) ?? made.get(id) ?? [])
}

/** The patches of some rows that can be chosen. */
export function patchesOf(rows: readonly ListRow[]): ShownPatch[] {
  return rows.flatMap(({ patches }) => patches)
}

/** What the rows of a list depend on besides the database. */
interface RowForm {
  readonly kind: string
  readonly project: Project
  /** Those that have a column. */
  readonly tags: readonly Tag[]
  readonly view: RowView
  /** What only this kind of rows depends on. */
  readonly more: string
}

/**
 * The rows of a list by their numbers, in the form in which a request asks for them: those that are known, and what
 * keeps others. After a form that was refused nothing is known or kept, for the same boxes are ticked again.
 */
export function cachedListRows(
  { cached, sent }: RequestContext,
  { kind, project, tags, view, more }: RowForm,
): CachedRows<ListRow> {
  if (sent) return uncachedRows()
  const columns = [view.isSelectable, view.showsIds, ...tags.map(({ id }) => id)].join()
  return cached(['page', kind, project.link_name, columns, more].join('\n'), bytesOf)
}

/** About the bytes of a buffer, and of a patch that can be chosen. */
const BUFFER_BYTES = 96
const PATCH_BYTES = 64

function bytesOf({ parts, patches }: ListRow): number {
  return parts.reduce((sum, { length }) => sum + BUFFER_BYTES + length, PATCH_BYTES * patches.length)
}
