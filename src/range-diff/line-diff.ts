import { diffArrays } from 'diff'
import { slideChanges } from './slide.js'

/** The changed lines of two texts: 1 for a line that the other text does not have at that place. */
export interface ChangedLines {
  readonly old: Uint8Array
  readonly new: Uint8Array
}

/** Numbers of lines: equal lines have equal numbers. */
export type LineIds = readonly number[]

/** Gives equal lines equal numbers, to compare them at the cost of a number. */
export class LineNumbers {
  readonly #known = new Map<string, number>()

  idsOf(lines: readonly string[]): number[] {
    return lines.map((line) => {
      const known = this.#known.get(line)
      if (known !== undefined) return known
      this.#known.set(line, this.#known.size)
      return this.#known.size - 1
    })
  }
}

/** Thrown if a comparison takes longer than its deadline. */
export class DeadlineExceeded extends Error {}

export interface DiffOptions {
  /** Changed lines after which the comparison ends without a result. */
  readonly maxEdits?: number
  /** When the comparison has to end, by `Date.now()`. */
  readonly deadline?: number
}

/**
 * Compares two texts line by line (Myers). Returns the changed lines, each group of them slid as git does,
 * or undefined if there are more than `maxEdits`. Throws `DeadlineExceeded`.
 */
export function diffLines(
  old: LineIds,
  changed: LineIds,
  { maxEdits = Number.POSITIVE_INFINITY, deadline = Number.POSITIVE_INFINITY }: DiffOptions = {},
): ChangedLines | undefined {
  const { start, end } = commonEnds(old, changed)
  const oldEnd = old.length - end
  const newEnd = changed.length - end
  const result = { old: new Uint8Array(old.length), new: new Uint8Array(changed.length) }
  if (start === oldEnd || start === newEnd) {
    if (oldEnd - start + newEnd - start > maxEdits) return undefined
    result.old.fill(1, start, oldEnd)
    result.new.fill(1, start, newEnd)
  } else {
    const timeout = deadline - Date.now()
    if (timeout <= 0) throw new DeadlineExceeded()
    const changes = diffArrays(old.slice(start, oldEnd), changed.slice(start, newEnd), {
      maxEditLength: maxEdits,
      timeout,
    })
    if (!changes) {
      if (Date.now() >= deadline) throw new DeadlineExceeded()
      return undefined
    }
    mark(result, start, changes)
  }
  slideChanges({ ids: old, changed: result.old }, { ids: changed, changed: result.new })
  return result
}

interface Change {
  readonly count: number
  readonly added: boolean
  readonly removed: boolean
}

function mark(result: ChangedLines, start: number, changes: readonly Change[]): void {
  let [inOld, inNew] = [start, start]
  for (const { count, added, removed } of changes) {
    if (removed) result.old.fill(1, inOld, inOld + count)
    if (added) result.new.fill(1, inNew, inNew + count)
    if (!added) inOld += count
    if (!removed) inNew += count
  }
}

/** The number of equal lines at both ends, without overlap. */
function commonEnds(old: LineIds, changed: LineIds): { start: number; end: number } {
  const shorter = Math.min(old.length, changed.length)
  let start = 0
  while (start < shorter && old[start] === changed[start]) start++
  let end = 0
  while (end < shorter - start && old[old.length - 1 - end] === changed[changed.length - 1 - end]) end++
  return { start, end }
}

/** A lower limit of the changed lines: those whose numbers occur more often in one of the texts. */
export function minEdits(old: LineCounts, changed: LineCounts): number {
  const [fewer, more] = old.counts.size < changed.counts.size ? [old, changed] : [changed, old]
  let common = 0
  for (const [id, count] of fewer.counts) common += Math.min(count, more.counts.get(id) ?? 0)
  return old.length + changed.length - 2 * common
}

/** How often each line occurs. */
export interface LineCounts {
  readonly length: number
  readonly counts: ReadonlyMap<number, number>
}

export function countLines(ids: LineIds): LineCounts {
  const counts = new Map<number, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return { length: ids.length, counts }
}
