import type { EditablePatch, PatchChange } from '../patches/updates.js'
import type { ItemRow } from './queries.js'

/** What follows from changes that were read; no database. */

/** The values of fields of a patch, by the names that changes have for them. */
export type PatchValues = Readonly<Partial<Record<'state' | 'delegate' | 'archived', number | null>>>

/** The same as a change of patches. */
export function patchChange({ state, delegate, archived }: PatchValues): PatchChange {
  return {
    ...(typeof state === 'number' ? { state_id: state } : {}),
    ...(delegate === undefined ? {} : { delegate_id: delegate }),
    ...(typeof archived === 'number' ? { archived } : {}),
  }
}

/** What the field of a change has now; undefined if its patch is gone. */
export function currentValue(
  { field, series_id }: Pick<ItemRow, 'field' | 'series_id'>,
  patch: EditablePatch | undefined,
  decisions: ReadonlyMap<number, number>,
): number | null | undefined {
  if (field === 'state') return patch?.state_id
  if (field === 'delegate') return patch?.delegate_id
  if (field === 'archived') return patch?.archived
  return decisions.get(series_id ?? 0) ?? null
}
