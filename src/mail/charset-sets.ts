import { isAscii } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { CNS_PLANES, CNS_SYMBOLS, type CnsPlane } from './charset-cns.js'
import { JISX0213 } from './charset-jisx0213.js'

/**
 * East Asian character sets of 94 rows with 94 characters each, shared by several encodings. The
 * platform's decoder supplies the sets that it knows; each set is built on first use.
 */

/** A set; the index of a character is `(row - 1) * 94 + column - 1`; U+FFFD for an unassigned one. */
export type CharacterSet = readonly string[]

const SIDE = 94
const NONE = '\ufffd'

export type SetName = keyof typeof BUILDERS

const BUILDERS = {
  gb2312: () => corrected(decodedSet('gbk', highBytes), GB2312),
  ksx1001: () => withEuro(decodedSet('euc-kr', highBytes)),
  jisx0208: () => corrected(decodedSet('euc-jp', highBytes), JISX0208),
  jisx0212: () => decodedSet('euc-jp', (row, column) => [0x8f, ...highBytes(row, column)]),
  jisx0213: () => withJisx0213(setOf('jisx0208'), 1),
  jisx0213b: () => withJisx0213(setOf('jisx0212'), 2),
  cns1: () => cnsPlane(CNS_PLANES[0] as CnsPlane, CNS_SYMBOLS),
  cns2: () => cnsPlane(CNS_PLANES[1] as CnsPlane, []),
}

const built = new Map<string, CharacterSet>()

/** A set by its name. */
export function setOf(name: SetName): CharacterSet {
  const known = built.get(name)
  if (known) return known
  const set = BUILDERS[name]()
  built.set(name, set)
  return set
}

/** A character of a set, row and column from 1 on. Throws for an unassigned place. */
export function characterAt(set: CharacterSet, row: number, column: number): string {
  const isWithin = row >= 1 && row <= SIDE && column >= 1 && column <= SIDE
  const character = isWithin ? set[(row - 1) * SIDE + column - 1] : undefined
  if (character === undefined || character === NONE) throw broken()
  return character
}

function highBytes(row: number, column: number): number[] {
  return [row + 0xa0, column + 0xa0]
}

/** Decodes all characters of a set in one call, each on its own line. */
function decodedSet(label: string, bytesOf: (row: number, column: number) => number[]): string[] {
  const bytes: number[] = []
  for (let row = 1; row <= SIDE; row++)
    for (let column = 1; column <= SIDE; column++) bytes.push(...bytesOf(row, column), 0x0a)
  const lines = new TextDecoder(label).decode(Buffer.from(bytes)).split('\n').slice(0, -1)
  return lines.map((line) => (line.includes(NONE) ? NONE : line))
}

/** Characters that browsers decode differently from iconv and Python, because browsers use the Windows charsets. */
type Corrections = readonly [from: string, to: string]

export const GB2312: Corrections = ['·—', '・―']
export const JISX0208: Corrections = ['～∥－￠￡￢', '〜‖−¢£¬']

function corrected(set: readonly string[], corrections: Corrections): string[] {
  return set.map((character) => correct(character, corrections))
}

/** Replaces characters of a text. */
export function correct(text: string, [from, to]: Corrections): string {
  if (text.length === 1) return to[from.indexOf(text)] ?? text
  return text.replace(new RegExp(`[${from}]`, 'g'), (character) => to[from.indexOf(character)] as string)
}

/** The signs that were added to KS X 1001 in 1998. */
function withEuro(set: string[]): string[] {
  set[SIDE + 0x66 - 0x21] = '€'
  set[SIDE + 0x67 - 0x21] = '®'
  return set
}

function withJisx0213(base: CharacterSet, wanted: number): string[] {
  const set = [...base]
  for (const [plane, row, column, characters] of JISX0213) {
    if (plane !== wanted) continue
    let at = (row - 1) * SIDE + column - 1
    for (const [whole, pair] of characters.matchAll(/\{([^}]*)\}|./gu)) set[at++] = pair ?? whole
  }
  return set
}

/** The places of Big5 in a row: 0x40 to 0x7e, 0xa1 to 0xfe. */
const BIG5_SIDE = 157

function cnsPlane({ row, big5, count, without, inserted }: CnsPlane, symbols: readonly string[]): string[] {
  const bytes: number[] = []
  for (let index = 0; index < count + without.length; index++) {
    const place = index % BIG5_SIDE
    bytes.push(big5 + Math.floor(index / BIG5_SIDE), place < 63 ? place + 0x40 : place + 0x62, 0x0a)
  }
  const ideographs = new TextDecoder('big5').decode(Buffer.from(bytes)).split('\n')
  const kept = ideographs.filter((character) => !without.includes(character))
  for (const [index, character] of inserted) kept.splice(index, 0, character)
  const set = Array.from({ length: SIDE * SIDE }, () => NONE)
  for (const [line, text] of symbols.entries())
    for (const [column, character] of Array.from(text).entries()) set[line * SIDE + column] = character
  for (const [index, character] of kept.slice(0, count).entries())
    set[(row - 0x21) * SIDE + index] = character
  return set
}

/** The error of a decoder. */
export function broken(): TypeError {
  return new TypeError('These bytes are no text of that charset.')
}

/** Decodes with the platform's decoder; throws for invalid bytes. */
export function strictly(label: string, bytes: Buffer): string {
  return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** Throws for a byte above 0x7f. */
export function sevenBit(bytes: Buffer): void {
  if (!isAscii(bytes)) throw broken()
}

/** JIS X 0201: katakana of one byte; `byte` without its high bit. */
export function kana(byte: number): string {
  if (byte < 0 || byte > 0x5f) throw broken()
  return String.fromCharCode(byte > 0x20 ? byte - 0x21 + 0xff61 : byte)
}
