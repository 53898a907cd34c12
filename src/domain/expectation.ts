import { EditConflict } from '../util/errors.js'

/**
 * What fields were when somebody decided to change them; what is absent does not matter. To be checked in the
 * transaction that writes, so that nobody takes back what another wrote without having seen it.
 */
export type Expected<Row> = { readonly [Name in keyof Row]?: Row[Name] | undefined }

/**
 * Throws EditConflict for fields of `row` that `change` would write although they are no longer as `expected`, unless
 * they already have the new value. Flags are the same as numbers and as booleans.
 */
export function requireExpected(row: object, change: object, expected: object): void {
  const fields = changedFields(row, change, expected)
  if (fields.length > 0) throw new EditConflict(fields, row)
}

/** The names of such fields. */
export function changedFields(row: object, change: object, expected: object): string[] {
  const [now, before] = [row as Record<string, unknown>, expected as Record<string, unknown>]
  return Object.entries(change)
    .filter(([name, wanted]) => {
      if (before[name] === undefined || wanted === undefined) return false
      return !isSame(now[name], before[name]) && !isSame(now[name], wanted)
    })
    .map(([name]) => name)
}

function isSame(one: unknown, other: unknown): boolean {
  return plain(one) === plain(other)
}

function plain(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}
