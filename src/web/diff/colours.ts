import type { Diff, DiffFile, DiffLine, Hunk } from './diff.js'
import { type Language, languageOf } from './languages.js'
import { colourLines, type Token } from './tokens.js'

/** Tokens by line of a diff; lines without an entry are shown plain. */
export type Colours = ReadonlyMap<DiffLine, readonly Token[]>

/** Characters of a diff; a longer one stays plain. */
const MAX_DIFF = 100_000

/**
 * Milliseconds of our processor's time after which the rest of a diff stays plain. Not of the clock's: a machine
 * that has much else to do shows the same page.
 */
const MAX_TIME = 200

function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Colours the code of a diff, each hunk by itself, in the languages of its files. */
export function colourDiff({ files }: Diff, length: number): Colours {
  const colours = new Map<DiffLine, readonly Token[]>()
  if (length > MAX_DIFF) return colours
  const end = cpuTime() + MAX_TIME
  const hasTime = () => cpuTime() < end
  for (const [file, language] of files.map((each) => [each, languageOf(each.name)] as const))
    if (language) colourFile(file, language, colours, hasTime)
  return colours
}

function colourFile(
  { hunks }: DiffFile,
  language: Language,
  colours: Map<DiffLine, readonly Token[]>,
  hasTime: () => boolean,
): void {
  for (const hunk of hunks) {
    if (hunk.header === undefined) continue
    // Each side separately: a comment that begins only in the old file has no effect in the new one.
    for (const side of [newSide(hunk), oldSide(hunk)]) {
      const code = side.map(({ text, marks }) => text.slice(marks))
      for (const [index, tokens] of colourLines(code, language, hasTime).entries()) {
        const line = side[index] as DiffLine
        if (tokens && !colours.has(line)) colours.set(line, tokens)
      }
    }
  }
}

function newSide({ lines }: Hunk): DiffLine[] {
  return lines.filter(({ kind }) => kind === 'context' || kind === 'added')
}

/** Empty where nothing was deleted: then the new side has it all. */
function oldSide({ lines }: Hunk): DiffLine[] {
  const hasDeleted = lines.some(({ kind }) => kind === 'deleted')
  return hasDeleted ? lines.filter(({ kind }) => kind === 'context' || kind === 'deleted') : []
}
