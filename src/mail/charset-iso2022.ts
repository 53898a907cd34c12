import { broken, characterAt, kana, type SetName, setOf, sevenBit, strictly } from './charset-sets.js'

const ESCAPE = 0x1b
/** `ESC N` */
const SINGLE_SHIFT = 0x4e
const SHIFT_OUT = 0x0e
const SHIFT_IN = 0x0f
const LINE_FEED = 10
const SPACE = 0x20
const TILDE = 0x7e

/** The bytes after ESC (ISO 2022), the set that they choose and its position; other sets have one byte a character. */
const DESIGNATIONS: Readonly<Record<string, { to: 'g0' | 'g1' | 'g2'; set: SetName | OneByte }>> = {
  '(B': { to: 'g0', set: 'ascii' },
  '(J': { to: 'g0', set: 'roman' },
  '(H': { to: 'g0', set: 'roman' },
  '(I': { to: 'g0', set: 'kana' },
  '$@': { to: 'g0', set: 'jisx0208' },
  $B: { to: 'g0', set: 'jisx0208' },
  '$(@': { to: 'g0', set: 'jisx0208' },
  '$(B': { to: 'g0', set: 'jisx0208' },
  '$(D': { to: 'g0', set: 'jisx0212' },
  '$(O': { to: 'g0', set: 'jisx0213' },
  '$(Q': { to: 'g0', set: 'jisx0213' },
  '$(P': { to: 'g0', set: 'jisx0213b' },
  $A: { to: 'g0', set: 'gb2312' },
  '$(A': { to: 'g0', set: 'gb2312' },
  '$(C': { to: 'g0', set: 'ksx1001' },
  '$)A': { to: 'g1', set: 'gb2312' },
  '$)C': { to: 'g1', set: 'ksx1001' },
  '$)G': { to: 'g1', set: 'cns1' },
  '$*H': { to: 'g2', set: 'cns2' },
  '.A': { to: 'g2', set: 'latin1' },
  '.F': { to: 'g2', set: 'greek' },
}

type OneByte = 'ascii' | 'roman' | 'kana' | 'latin1' | 'greek'

const ONE_BYTE: Readonly<Record<OneByte, (byte: number) => string>> = {
  ascii: (byte) => String.fromCharCode(byte),
  roman: (byte) => (byte === 0x5c ? '¥' : byte === TILDE ? '‾' : String.fromCharCode(byte)),
  kana,
  latin1: (byte) => String.fromCharCode(byte | 0x80),
  greek: (byte) => strictly('iso-8859-7', Buffer.of(byte | 0x80)),
}

interface Character {
  text: string
  next: number
}

function characterOf(set: SetName | OneByte | undefined, bytes: Buffer, at: number): Character {
  const byte = bytes[at]
  if (set === undefined || byte === undefined) throw broken()
  if (set in ONE_BYTE) return { text: ONE_BYTE[set as OneByte](byte), next: at + 1 }
  return {
    text: characterAt(setOf(set as SetName), byte - SPACE, (bytes[at + 1] ?? 0) - SPACE),
    next: at + 2,
  }
}

/**
 * ISO 2022 with seven bits, for Japanese (RFC 1468, 1554, 2237), Korean (RFC 1557) and Chinese mail (RFC 1922):
 * escapes choose the sets, SO and SI shift to the second set and back, `ESC N` reads one character of the third.
 */
export function decodeIso2022(bytes: Buffer): string {
  sevenBit(bytes)
  const sets: Sets = { g0: 'ascii', g1: undefined, g2: undefined }
  let [isShifted, text, at] = [false, '', 0]
  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (byte === ESCAPE && bytes[at + 1] !== SINGLE_SHIFT) at = designate(sets, bytes, at + 1)
    else if (byte === SHIFT_OUT || byte === SHIFT_IN) {
      isShifted = byte === SHIFT_OUT
      at++
    } else if (byte <= SPACE && byte !== ESCAPE) {
      // A line begins unshifted (RFC 1557, 1922).
      if (byte === LINE_FEED) isShifted = false
      text += String.fromCharCode(byte)
      at++
    } else {
      const isSingle = byte === ESCAPE
      const set = isSingle ? sets.g2 : ((isShifted ? sets.g1 : undefined) ?? sets.g0)
      const taken = characterOf(set, bytes, isSingle ? at + 2 : at)
      text += taken.text
      at = taken.next
    }
  }
  return text
}

type Sets = Record<'g0' | 'g1' | 'g2', SetName | OneByte | undefined>

/** Selects the set of an escape; returns the offset after the escape. */
function designate(sets: Sets, bytes: Buffer, at: number): number {
  const escape = [3, 2].map((length) => bytes.toString('latin1', at, at + length)).find(isDesignation)
  if (escape === undefined) throw broken()
  const { to, set } = DESIGNATIONS[escape] as { to: keyof Sets; set: SetName | OneByte }
  sets[to] = set
  return at + escape.length
}

function isDesignation(escape: string): boolean {
  return Object.hasOwn(DESIGNATIONS, escape)
}
