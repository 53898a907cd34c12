/** A parsed diff, ready for display. */
export interface Diff {
  /** The first `LIMITS.files` of them. */
  readonly files: readonly DiffFile[]
  /** How many files the diff has. */
  readonly fileCount: number
  readonly added: number
  readonly deleted: number
  /** How many lines are beyond what `LIMITS` lets through; their files say it too. */
  readonly omitted: number
}

export type FileStatus = 'modified' | 'added' | 'deleted' | 'renamed' | 'copied'

export interface DiffFile {
  /** The current name, or the name before deletion; empty for lines that belong to no file. */
  name: string
  /** The previous name, if different. */
  oldName: string | undefined
  status: FileStatus
  isBinary: boolean
  /** `100644 → 100755` */
  modes: string | undefined
  added: number
  deleted: number
  /** The lines before the first hunk, as they are. */
  header: string[]
  hunks: Hunk[]
  /** How many of its lines were left out. */
  omitted: number
}

export interface Hunk {
  /** The `@@` line; undefined for lines outside of hunks. */
  readonly header: string | undefined
  readonly lines: DiffLine[]
}

export type LineKind = 'context' | 'added' | 'deleted' | 'note' | 'text'

export interface DiffLine {
  readonly kind: LineKind
  /** The line with its marks: `+`, `-` or a blank for each parent. */
  readonly text: string
  /** How many marks it begins with. */
  readonly marks: number
  /** Numbers of the line in the first old file and in the new one. */
  readonly oldNumber: number | undefined
  readonly newNumber: number | undefined
}

/** How much of a diff is shown; a stranger decides about its size. */
export interface DiffLimits {
  readonly files: number
  readonly lines: number
  readonly characters: number
  /** Of one line; the rest of a longer one is cut. */
  readonly lineLength: number
}

export const LIMITS: DiffLimits = { files: 1000, lines: 10_000, characters: 1_000_000, lineLength: 5000 }
