import { TextDecoder } from 'node:util'

/** Labels that TextDecoder would take for windows-1252, though their bytes 0x80 to 0x9f are control codes. */
const LATIN1 = new Set(['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1', 'iso-ir-100'])
const ASCII = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us'])

const decoders = new Map<string, TextDecoder | undefined>()

/**
 * Decodes a text: by the charset it names if that is known and fits every byte, else as UTF-8 if that fits,
 * else as windows-1252, where every byte means something. Byte-order marks stay; NUL, which no database
 * column takes, becomes U+FFFD.
 */
export function decodeText(bytes: Buffer, charset: string | undefined): string {
  if (isAscii(bytes) && !mayShift(charset)) return withoutNul(bytes.toString('latin1'))
  const label = charset?.trim().toLowerCase()
  const declared = label ? decodeAs(bytes, label) : undefined
  return withoutNul(declared ?? decodeAs(bytes, 'utf-8') ?? decodeWindows1252(bytes))
}

/** The text of bytes that are valid in the charset; undefined if they are not or if there is no such charset. */
function decodeAs(bytes: Buffer, label: string): string | undefined {
  if (LATIN1.has(label)) return bytes.toString('latin1')
  if (ASCII.has(label)) return isAscii(bytes) ? bytes.toString('latin1') : undefined
  try {
    return decoder(label)?.decode(bytes)
  } catch {
    return undefined
  }
}

function decoder(label: string): TextDecoder | undefined {
  if (!decoders.has(label) && decoders.size < 200) decoders.set(label, newDecoder(label))
  return decoders.get(label)
}

function newDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true })
  } catch {
    return undefined
  }
}

/** Bytes that windows-1252 leaves undefined are read as in ISO 8859-1, so that nothing is lost. */
function decodeWindows1252(bytes: Buffer): string {
  return new TextDecoder('windows-1252', { ignoreBOM: true }).decode(bytes)
}

const HIGH_BIT = 0x80808080

/** Whether no byte is above 127; four at a time, for most mail is. */
function isAscii(bytes: Buffer): boolean {
  let at = 0
  for (const end = bytes.length - 3; at < end; at += 4) if (bytes.readInt32LE(at) & HIGH_BIT) return false
  for (; at < bytes.length; at++) if ((bytes[at] as number) & 0x80) return false
  return true
}

/** Charsets in which bytes below 128 may mean something else than in ASCII. */
function mayShift(charset: string | undefined): boolean {
  return charset !== undefined && /^\s*(utf-?(7|16|32)|iso-?2022|hz-gb)/i.test(charset)
}

/** Texts for the database: PostgreSQL takes no NUL. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}
