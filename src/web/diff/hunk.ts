import type { LineKind } from './diff.js'

const ONE_PARENT = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/
const SEVERAL_PARENTS = /^(@{3,17}) ((?:-\d{1,9}(?:,\d{1,9})? ){2,16})\+(\d{1,9})(?:,(\d{1,9}))? @{3,17}/

/** The lines of a hunk that are still to come, as its header announced. */
export interface Counts {
  /** How many files were merged; 1 except in combined diffs. */
  readonly parents: number
  /** Lines to come, of each old file. */
  readonly old: number[]
  /** Lines to come, of the new file. */
  fresh: number
  /** Number of the next line in the first old file and in the new one. */
  oldNumber: number
  newNumber: number
}

/** Parses a `@@` line; undefined if it is none. */
export function readHunkHeader(line: string): Counts | undefined {
  const one = ONE_PARENT.exec(line)
  if (one) {
    const [, oldStart, oldCount, newStart, newCount] = one
    return {
      parents: 1,
      old: [Number(oldCount ?? 1)],
      fresh: Number(newCount ?? 1),
      oldNumber: Number(oldStart),
      newNumber: Number(newStart),
    }
  }
  const several = line.startsWith('@@@') ? SEVERAL_PARENTS.exec(line) : undefined
  if (!several) return undefined
  const [, ats = '', ranges = '', newStart, newCount] = several
  const starts = ranges.trimEnd().split(' ')
  if (starts.length !== ats.length - 1) return undefined
  return {
    parents: starts.length,
    old: starts.map((range) => Number(range.split(',')[1] ?? 1)),
    fresh: Number(newCount ?? 1),
    oldNumber: Number(/\d+/.exec(starts[0] as string)?.[0]),
    newNumber: Number(newStart),
  }
}

/** Whether lines are still to come. */
export function isOpen({ old, fresh }: Counts): boolean {
  return fresh > 0 || old.some((count) => count > 0)
}

/** The kind of a line by its marks; undefined if they are invalid, as in a line that a mailer has wrapped. */
export function kindOf(line: string, parents: number): LineKind | undefined {
  let kind: LineKind = 'context'
  // Some mailers cut the blank of an empty line.
  for (let at = 0; at < Math.min(parents, line.length); at++) {
    const mark = line[at]
    if (mark === '+') kind = 'added'
    else if (mark === '-') kind = 'deleted'
    else if (mark !== ' ') return line[0] === '\\' ? 'note' : undefined
  }
  return kind
}

type Numbers = readonly [inOld: number | undefined, inNew: number | undefined]

/** Counts a line; returns its numbers in the first old file and in the new one. */
export function countLine(counts: Counts, line: string, kind: LineKind): Numbers {
  const isDeleted = kind === 'deleted'
  for (let parent = 0; parent < counts.parents; parent++) {
    // In a combined diff an old file has the line unless it is marked as added to that one, or as gone from another.
    const mark = line[parent] ?? ' '
    if (mark === '-' || (mark === ' ' && !isDeleted)) (counts.old[parent] as number)--
  }
  if (!isDeleted) counts.fresh--
  const [mark = ' '] = line
  const inOld = mark === '-' || (mark === ' ' && !isDeleted)
  return [inOld ? counts.oldNumber++ : undefined, isDeleted ? undefined : counts.newNumber++]
}
