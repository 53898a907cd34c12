import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { hasNullCharacter } from '../util/text.js'
import { ownDecoder, rareDecoder } from './charset-rare.js'

/** Labels that TextDecoder would take for windows-1252, though their bytes 0x80 to 0x9f are control codes. */
const LATIN1 = new Set(['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1', 'iso-ir-100'])
const UTF8 = new Set(['utf-8', 'utf8'])
const ASCII = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us'])

type Decode = (bytes: Buffer) => string

interface Decoder {
  decode: Decode
  /** Whether bytes below 128 are ASCII. */
  isAsciiBased: boolean
}

/** Caches only valid labels: there are few, and invented labels in mails use no memory. */
const decoders = new Map<string, Decoder>()
const windows1252 = new TextDecoder('windows-1252', { ignoreBOM: true })

/**
 * Decodes a text: by its declared charset if that is known and fits every byte, else as UTF-8 if that fits, else
 * each line by the first of these that fits, or as windows-1252, in which every byte is valid: the message and
 * the files of a diff may have different charsets. Byte-order marks stay; NUL, which PostgreSQL columns reject,
 * becomes U+FFFD.
 */
export function decodeText(bytes: Buffer, charset: string | undefined): string {
  const label = charset?.trim().toLowerCase()
  if (isAscii(bytes) && (!label || isAsciiBased(label))) return withoutNul(bytes.toString('latin1'))
  const declared = label ? decodeAs(bytes, label) : undefined
  return withoutNul(declared ?? decodeAs(bytes, 'utf-8') ?? decodeLines(bytes, label))
}

/** Whether the declared charset is known and fits every byte. */
export function fitsCharset(bytes: Buffer, charset: string | undefined): boolean {
  const label = charset?.trim().toLowerCase()
  return label !== undefined && decodeAs(bytes, label) !== undefined
}

/** Whether ASCII is ASCII in a charset, and has one byte; not in UTF-16, UTF-32 and the code pages of mainframes. */
export function hasAscii(charset: string): boolean {
  return isAsciiBased(charset.trim().toLowerCase())
}

/** A letter of two bytes and a sign of three bytes in UTF-8. */
const UTF8_SAMPLE = Buffer.from('é€')

/** Whether every byte is a character: UTF-8 is not such text by chance. */
export function isSingleByte(charset: string): boolean {
  return decodeAs(UTF8_SAMPLE, charset.trim().toLowerCase())?.length === UTF8_SAMPLE.length
}

const LF = 10

function decodeLines(bytes: Buffer, label: string | undefined): string {
  const lineLabel = label && isAsciiBased(label) ? label : undefined
  const lines: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(LF, at)
    const end = newline < 0 ? bytes.length : newline + 1
    lines.push(decodeLine(bytes.subarray(at, end), lineLabel))
    at = end
  }
  return lines.join('')
}

/** Bytes that are undefined in windows-1252 are decoded as ISO 8859-1, so that no data is lost. */
function decodeLine(line: Buffer, label: string | undefined): string {
  if (isAscii(line)) return line.toString('latin1')
  return (label && decodeAs(line, label)) ?? decodeAs(line, 'utf-8') ?? windows1252.decode(line)
}

/** Decodes bytes by a charset; undefined if they are invalid in it or the charset is unknown. */
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

function decoder(label: string): Decoder | undefined {
  const known = decoders.get(label)
  if (known) return known
  const decode = ownDecoder(label) ?? standardDecoder(label) ?? rareDecoder(label)
  if (!decode) return undefined
  const made = { decode, isAsciiBased: keepsAscii(decode) }
  decoders.set(label, made)
  return made
}

function standardDecoder(label: string): Decode | undefined {
  try {
    const made = new TextDecoder(label, { fatal: true, ignoreBOM: true })
    return (bytes) => made.decode(bytes)
  } catch {
    return undefined
  }
}

/** An unknown charset counts as ASCII-compatible. */
function isAsciiBased(label: string): boolean {
  if (UTF8.has(label) || ASCII.has(label) || LATIN1.has(label)) return true
  return decoder(label)?.isAsciiBased ?? true
}

/** All ASCII characters, and the escapes of seven-bit charsets: UTF-7, HZ, ISO 2022. */
const PROBE = `\t\n${String.fromCharCode(...Array.from({ length: 95 }, (_, at) => at + 32))}~{!!~}+AOQ-\x1b$B!!\x1b(B`

function keepsAscii(decode: Decode): boolean {
  try {
    return decode(Buffer.from(PROBE, 'latin1')) === PROBE
  } catch {
    return false
  }
}

/** Bytes that are checked if there is no byte-order mark: every second byte of a UTF-16 diff is NUL. */
const SAMPLE = 512

/**
 * Decodes UTF-16 that is detected by its byte-order mark, or by a NUL in every second byte; undefined
 * for other bytes. Windows programs write it: their byte-order mark and CR LF are not part of a diff.
 */
export function decodeUtf16(bytes: Buffer): string | undefined {
  const order = utf16Order(bytes)
  if (!order) return undefined
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  return withoutNul(new TextDecoder(`utf-16${order}`).decode(even)).replaceAll('\r\n', '\n')
}

function utf16Order(bytes: Buffer): 'le' | 'be' | undefined {
  if (bytes.length < 4) return undefined
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return bytes[2] === 0 && bytes[3] === 0 ? undefined : 'le'
  if (first === 0xfe && second === 0xff) return 'be'
  const sample = bytes.subarray(0, SAMPLE)
  if (!sample.includes(0)) return undefined
  const places = [0, 0]
  for (const [at, byte] of sample.entries()) if (byte === 0) places[at % 2]! += 1
  const enough = sample.length * 0.4
  if ((places[1] as number) > enough && places[0] === 0) return 'le'
  return (places[0] as number) > enough && places[1] === 0 ? 'be' : undefined
}

/** Text for the database: PostgreSQL rejects NUL. */
export function withoutNul(text: string): string {
  return hasNullCharacter(text) ? text.replaceAll('\0', '\ufffd') : text
}
