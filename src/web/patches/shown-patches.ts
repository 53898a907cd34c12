import { patchesById } from '../../domain/patches/queries.js'
import type { PatchConflict, PatchExpectation } from '../../domain/patches/updates.js'
import { listStates } from '../../domain/states/queries.js'
import type { RequestContext } from '../framework/request-context.js'

/**
 * The state of the listed patches when the page was rendered, in one field of the form around the list, so that a
 * change does not revert another user's change: `ID:STATE:DELEGATE:ARCHIVED`, separated by commas, `-` for none.
 */

/** The part of a patch that a row shows. */
export interface ShownPatch {
  id: number
  state_id: number
  delegate_id: number | null
  archived: number
}

/** The value of that field. */
export function writeShown(rows: readonly ShownPatch[]): string {
  return rows
    .map(({ id, state_id, delegate_id, archived }) => `${id}:${state_id}:${delegate_id ?? '-'}:${archived}`)
    .join(',')
}

/** The patches as the form showed them, by id; empty for a form without that field. */
export function readShown(form: URLSearchParams): ReadonlyMap<number, PatchExpectation> {
  const shown = new Map<number, PatchExpectation>()
  for (const row of (form.get('shown') ?? '').split(',')) {
    const [id = '', state = '', delegate = '', archived = ''] = row.split(':')
    const expectation = expectationIn(state, delegate, archived)
    if (expectation && /^\d{1,9}$/.test(id)) shown.set(Number(id), expectation)
  }
  return shown
}

/** The expected state of a patch, from the values in a form; undefined if the form has none. */
export function expectationIn(
  state: string,
  delegate: string,
  archived: string,
): PatchExpectation | undefined {
  const expected: PatchExpectation = {}
  if (/^\d{1,9}$/.test(state)) expected.state_id = Number(state)
  if (delegate === '-') expected.delegate_id = null
  else if (/^\d{1,9}$/.test(delegate)) expected.delegate_id = Number(delegate)
  if (/^[01]$/.test(archived)) expected.archived = Number(archived)
  return Object.keys(expected).length > 0 ? expected : undefined
}

/** Patches of a conflict that are named. */
const MAX_NAMED = 3

const LABELS: Readonly<Record<string, string>> = {
  state_id: 'state',
  delegate_id: 'delegate',
  archived: 'archive mark',
}

/** Describes what another user changed, and the current value. */
export async function describeConflict(
  { db }: RequestContext,
  { fields, patches }: PatchConflict,
): Promise<string> {
  const what = fields.map((name) => LABELS[name] ?? name).join(' and the ')
  const states = await listStates(db)
  const rows = await patchesById(
    db,
    patches.slice(0, MAX_NAMED).map(({ id }) => id),
  )
  const named = rows.map((row) => {
    const now = {
      state_id: states.find(({ id }) => id === row.state_id)?.name ?? '',
      delegate_id:
        row.delegate_username === null ? 'delegated to nobody' : `delegated to ${row.delegate_username}`,
      archived: row.archived === 1 ? 'archived' : 'not archived',
    }
    return `“${row.name}” is now ${fields.map((name) => now[name as keyof typeof now]).join(', ')}`
  })
  const more = patches.length > MAX_NAMED ? ` and ${patches.length - MAX_NAMED} more` : ''
  return `Somebody else changed the ${what} in the meantime: ${named.join('; ')}${more}. Nothing was saved; send the form again to replace it.`
}
