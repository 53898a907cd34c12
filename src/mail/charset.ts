import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'

/** Labels that TextDecoder would take for windows-1252, though their bytes 0x80 to 0x9f are control codes. */
const LATIN1 = new Set(['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1', 'iso-ir-100'])
const UTF8 = new Set(['utf-8', 'utf8'])
const ASCII = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us'])

/** Only of labels that name a charset: there are few, and what a mail makes up leaves nothing behind. */
const decoders = new Map<string, TextDecoder>()
const windows1252 = new TextDecoder('windows-1252', { ignoreBOM: true })

/**
 * Decodes a text: by the charset it names if that is known and fits every byte, else as UTF-8 if that fits,
 * else as windows-1252, where every byte means something. Byte-order marks stay; NUL, which no database
 * column takes, becomes U+FFFD.
 */
export function decodeText(bytes: Buffer, charset: string | undefined): string {
  if (isAscii(bytes) && !mayShift(charset)) return withoutNul(bytes.toString('latin1'))
  const label = charset?.trim().toLowerCase()
  const declared = label ? decodeAs(bytes, label) : undefined
  // Bytes that windows-1252 leaves undefined come out as in ISO 8859-1, so that nothing is lost.
  return withoutNul(declared ?? decodeAs(bytes, 'utf-8') ?? windows1252.decode(bytes))
}

/** The text of bytes that are valid in the charset; undefined if they are not or if there is no such charset. */
function decodeAs(bytes: Buffer, label: string): string | undefined {
  if (LATIN1.has(label)) return bytes.toString('latin1')
  if (UTF8.has(label)) return isUtf8(bytes) ? bytes.toString('utf8') : undefined
  if (ASCII.has(label)) return isAscii(bytes) ? bytes.toString('latin1') : undefined
  try {
    return decoder(label)?.decode(bytes)
  } catch {
    return undefined
  }
}

function decoder(label: string): TextDecoder | undefined {
  const known = decoders.get(label)
  if (known) return known
  try {
    const made = new TextDecoder(label, { fatal: true, ignoreBOM: true })
    decoders.set(label, made)
    return made
  } catch {
    return undefined
  }
}

/** Charsets in which bytes below 128 may mean something else than in ASCII. */
function mayShift(charset: string | undefined): boolean {
  return charset !== undefined && /^\s*(utf-?(7|16|32)|iso-?2022|hz-gb)/i.test(charset)
}

/** Texts for the database: PostgreSQL takes no NUL. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}
