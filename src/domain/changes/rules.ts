import type { EditablePatch, PatchChange } from '../patches/updates.js'
import type { ItemRow } from './queries.js'

/** What follows from changes that were read; no database. */

/** The value of a field: a number, or the text of a field that is one; null for none. */
export type FieldValue = number | string | null

/** What a change made of a field. */
export function valueAfter({ field, after, after_text }: ItemRow): FieldValue {
  return field === 'commit_ref' ? after_text : after
}

/** What the field was before. */
export function valueBefore({ field, before, before_text }: ItemRow): FieldValue {
  return field === 'commit_ref' ? before_text : before
}

/** The values of fields of a patch, by the names that changes have for them. */
export type PatchValues = Readonly<
  Partial<Record<'state' | 'delegate' | 'archived', number | null> & { commit_ref: string | null }>
>

/** The same as a change of patches. */
export function patchChange({ state, delegate, archived, commit_ref }: PatchValues): PatchChange {
  return {
    ...(typeof state === 'number' ? { state_id: state } : {}),
    ...(delegate === undefined ? {} : { delegate_id: delegate }),
    ...(typeof archived === 'number' ? { archived } : {}),
    ...(commit_ref === undefined ? {} : { commit_ref }),
  }
}

/** What the field of a change has now; undefined if its patch is gone. */
export function currentValue(
  { field, series_id }: Pick<ItemRow, 'field' | 'series_id'>,
  patch: EditablePatch | undefined,
  decisions: ReadonlyMap<number, number>,
): FieldValue | undefined {
  if (field === 'state') return patch?.state_id
  if (field === 'delegate') return patch?.delegate_id
  if (field === 'archived') return patch?.archived
  if (field === 'commit_ref') return patch?.commit_ref
  return decisions.get(series_id ?? 0) ?? null
}
