/**
 * Chooses the lines of a text that are worth comparing, as git does: a line that the other text does not have is a
 * change, and so is one that it has often, such as an empty line, within a run of changes. A pair of such lines would
 * tear the changes apart.
 */

/** Lines that the other text has this often are frequent, at most. */
const MAX_FREQUENT = 1024

/** Lines on each side of a frequent one that are looked at. */
const WINDOW = 100

/** A frequent line is a change if those around it have this many times more changes than frequent ones. */
const CHANGES_PER_FREQUENT = 4

const MISSING = 0
const COMPARED = 1
const FREQUENT = 2

/** A part of a text; the end is exclusive. */
interface Part {
  readonly ids: readonly number[]
  readonly start: number
  readonly end: number
}

/** The indexes of the lines of a part that are worth comparing; `counts` says how often the other text has each. */
export function comparedLines({ ids, start, end }: Part, counts: ReadonlyMap<number, number>): number[] {
  const frequent = Math.min(roughRoot(ids.length), MAX_FREQUENT)
  const kinds = new Uint8Array(end - start)
  for (let at = start; at < end; at++) {
    const count = counts.get(ids[at] as number) ?? 0
    kinds[at - start] = count === 0 ? MISSING : count >= frequent ? FREQUENT : COMPARED
  }
  const lines: number[] = []
  for (let at = start; at < end; at++) {
    const kind = kinds[at - start]
    if (kind === COMPARED || (kind === FREQUENT && !isAmongChanges(kinds, at - start))) lines.push(at)
  }
  return lines
}

function isAmongChanges(kinds: Uint8Array, at: number): boolean {
  const before = countAround(kinds, at, -1)
  if (before.missing === 0) return false
  const after = countAround(kinds, at, 1)
  if (after.missing === 0) return false
  const frequent = before.frequent + after.frequent + 2
  return frequent * CHANGES_PER_FREQUENT < frequent + before.missing + after.missing
}

/** Counts the lines on one side up to the nearest one that is compared. */
function countAround(kinds: Uint8Array, at: number, step: 1 | -1): { missing: number; frequent: number } {
  const count = { missing: 0, frequent: 0 }
  for (let distance = 1; distance <= WINDOW; distance++) {
    const kind = kinds[at + step * distance]
    if (kind === undefined || kind === COMPARED) break
    if (kind === MISSING) count.missing++
    else count.frequent++
  }
  return count
}

/** The power of two next to the square root, as git rounds it. */
export function roughRoot(value: number): number {
  let root = 1
  for (let rest = value; rest > 0; rest = Math.floor(rest / 4)) root *= 2
  return root
}
