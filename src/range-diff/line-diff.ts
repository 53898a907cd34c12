import type { Box } from './box.js'
import { comparedLines } from './compared-lines.js'
import { slideChanges } from './slide.js'
import { SplitFinder, TooManyEdits } from './split-finder.js'

/** The changed lines of two texts: 1 for a line that the other text does not have at that place. */
export interface ChangedLines {
  readonly old: Uint8Array
  readonly new: Uint8Array
}

/** A text as numbers: equal lines have equal numbers, so that comparing two costs as much as comparing numbers. */
export interface NumberedText {
  readonly ids: readonly number[]
  /** How often each line occurs. */
  readonly counts: ReadonlyMap<number, number>
}

/** Gives equal lines equal numbers. */
export class LineNumbers {
  readonly #known = new Map<string, number>()

  read(lines: readonly string[]): NumberedText {
    const counts = new Map<number, number>()
    const ids = lines.map((line) => {
      const id = this.#numberOf(line)
      counts.set(id, (counts.get(id) ?? 0) + 1)
      return id
    })
    return { ids, counts }
  }

  #numberOf(line: string): number {
    const known = this.#known.get(line)
    if (known !== undefined) return known
    this.#known.set(line, this.#known.size)
    return this.#known.size - 1
  }
}

export interface DiffOptions {
  /** Changed lines after which the comparison ends without a result. */
  readonly maxEdits?: number
  /** When the comparison has to end, by `Date.now()`. */
  readonly deadline?: number
  /** The lines of both texts, if groups are to be where they read best. */
  readonly lines?: readonly [old: readonly string[], changed: readonly string[]]
}

/**
 * Compares two texts line by line, and makes git's choices where several results are equally short. Returns the
 * changed lines, or undefined if there are more than `maxEdits`. Throws `DeadlineExceeded`.
 */
export function diffLines(
  old: NumberedText,
  changed: NumberedText,
  { maxEdits = Number.POSITIVE_INFINITY, deadline = Number.POSITIVE_INFINITY, lines }: DiffOptions = {},
): ChangedLines | undefined {
  const { start, end } = commonEnds(old.ids, changed.ids)
  const texts = {
    old: new ComparedText(old, changed, start, end),
    new: new ComparedText(changed, old, start, end),
  }
  try {
    markChanges(texts.old, texts.new, maxEdits, deadline)
  } catch (error) {
    if (error instanceof TooManyEdits) return undefined
    throw error
  }
  const result = { old: texts.old.changed, new: texts.new.changed }
  if (maxEdits < Number.POSITIVE_INFINITY && sum(result.old) + sum(result.new) > maxEdits) return undefined
  slideChanges(
    { ids: old.ids, changed: result.old, lines: lines?.[0] },
    { ids: changed.ids, changed: result.new, lines: lines?.[1] },
  )
  return result
}

/** The part of a text that differs from the other one, with the lines of it that are compared. */
class ComparedText {
  readonly changed: Uint8Array
  /** The numbers of the compared lines. */
  readonly ids: Int32Array
  /** Lines of the part that are changes in any case. */
  readonly omitted: number
  readonly #indexes: readonly number[]

  constructor({ ids }: NumberedText, other: NumberedText, start: number, end: number) {
    const part = { ids, start, end: ids.length - end }
    this.#indexes = comparedLines(part, other.counts)
    this.ids = Int32Array.from(this.#indexes, (index) => ids[index] as number)
    this.omitted = part.end - start - this.#indexes.length
    this.changed = new Uint8Array(ids.length).fill(1, start, part.end)
    for (const index of this.#indexes) this.changed[index] = 0
  }

  mark(start: number, end: number): void {
    for (let at = start; at < end; at++) this.changed[this.#indexes[at] as number] = 1
  }
}

/** Marks what is changed of the compared lines: a box is divided until one of its texts has no lines left. */
function markChanges(old: ComparedText, changed: ComparedText, maxEdits: number, deadline: number): void {
  const finder = new SplitFinder(old.ids, changed.ids, deadline)
  let limit = maxEdits - old.omitted - changed.omitted
  if (limit < 0) throw new TooManyEdits()
  const whole = { oldStart: 0, oldEnd: old.ids.length, newStart: 0, newEnd: changed.ids.length }
  const boxes: Box[] = [{ ...whole, isExact: false }]
  for (let next = boxes.pop(); next; next = boxes.pop()) {
    const box = withoutEnds(next, old.ids, changed.ids)
    if (box.oldStart === box.oldEnd || box.newStart === box.newEnd) {
      old.mark(box.oldStart, box.oldEnd)
      changed.mark(box.newStart, box.newEnd)
      continue
    }
    const split = finder.find(box, limit)
    limit = Number.POSITIVE_INFINITY
    boxes.push(
      { ...box, oldEnd: split.old, newEnd: split.new, isExact: split.isFirstExact },
      { ...box, oldStart: split.old, newStart: split.new, isExact: split.isSecondExact },
    )
  }
}

function withoutEnds(box: Box, old: Int32Array, changed: Int32Array): Box {
  let { oldStart, oldEnd, newStart, newEnd } = box
  while (oldStart < oldEnd && newStart < newEnd && old[oldStart] === changed[newStart]) {
    oldStart++
    newStart++
  }
  while (oldStart < oldEnd && newStart < newEnd && old[oldEnd - 1] === changed[newEnd - 1]) {
    oldEnd--
    newEnd--
  }
  return { oldStart, oldEnd, newStart, newEnd, isExact: box.isExact }
}

/** The number of equal lines at both ends, without overlap. */
function commonEnds(old: readonly number[], changed: readonly number[]): { start: number; end: number } {
  const shorter = Math.min(old.length, changed.length)
  let start = 0
  while (start < shorter && old[start] === changed[start]) start++
  let end = 0
  while (end < shorter - start && old[old.length - 1 - end] === changed[changed.length - 1 - end]) end++
  return { start, end }
}

function sum(marks: Uint8Array): number {
  return marks.reduce((total, mark) => total + mark, 0)
}

/** A lower limit of the changed lines: those that occur more often in one of the texts. */
export function minEdits(old: NumberedText, changed: NumberedText): number {
  const [fewer, more] =
    old.counts.size < changed.counts.size ? [old.counts, changed.counts] : [changed.counts, old.counts]
  let common = 0
  for (const [id, count] of fewer) common += Math.min(count, more.get(id) ?? 0)
  return old.ids.length + changed.ids.length - 2 * common
}
