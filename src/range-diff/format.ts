import type { Compared } from './compare.js'

/** git shows commits by their abbreviated ids; patches of a list have none. */
const NO_ID = '-------'

/** Bytes of a text; what exceeds them is left out. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024

const TRUNCATED = '(truncated: the comparison exceeds a limit, patches are matched by name)'
const CUT = '(truncated: some changes are left out, because the text exceeds its limit)'

/**
 * A comparison as `git range-diff` prints it, of patches without commit ids. Beyond a limit the last line says that
 * something is missing.
 */
export function formatRangeDiff(compared: Compared, maxBytes = MAX_TEXT_BYTES): string {
  const text: string[] = []
  let bytes = 0
  let { isCut } = compared
  for (const line of linesOf(compared)) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > maxBytes) {
      isCut = true
      break
    }
    text.push(line)
  }
  if (compared.truncated) text.push(TRUNCATED)
  if (isCut) text.push(CUT)
  return text.map((line) => `${line}\n`).join('')
}

function* linesOf({ pairs, left, right }: Compared): Generator<string> {
  const width = String(1 + Math.max(left.length, right.length)).length
  const place = (index: number | undefined) => (index === undefined ? '-' : String(index + 1)).padStart(width)
  for (const { left: before, right: after, status, hunks } of pairs) {
    const subject = before === undefined ? right[after as number] : left[before]
    yield `${place(before)}:  ${NO_ID} ${status} ${place(after)}:  ${NO_ID} ${subject}`
    for (const { section, lines } of hunks ?? []) {
      yield `    @@${section === '' ? '' : ` ${section}`}`
      for (const line of lines) yield `    ${line}`
    }
  }
}
