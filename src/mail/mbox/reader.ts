import { LIMITS } from '../limits.js'
import { bareMailKind, type LineKind, lineKind } from './from-line.js'

const LF = 10
const CR = 13

/** A byte-order mark in UTF-8, which editors put before a file. */
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/**
 * The mails of an mbox, one after the other, without the `From ` lines before them; see `from-line.ts` for what
 * begins a mail. `>From ` stays as it is, as `git mailsplit` leaves it. Holds one mail at a time: of one larger than
 * `LIMITS.mailBytes` the rest is dropped, one byte past the limit kept, so that the parser sees that it was cut.
 *
 * Headers at the start of the file begin a mail too, as in a file of one mail. `onSkip` hears at the end of how many
 * bytes of other text before the first mail belong to none.
 */
export async function* splitMbox(
  chunks: AsyncIterable<Uint8Array>,
  onSkip?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const splitter = new MboxSplitter()
  for await (const chunk of chunks) yield* splitter.take(chunk)
  yield* splitter.finish()
  if (splitter.skipped > 0) onSkip?.(splitter.skipped)
}

class MboxSplitter {
  readonly #mail = new Collector()
  /** The beginning of a line that may yet begin a mail, and what follows it. */
  #undecided = Buffer.alloc(0)
  #isAtLineStart = true
  /** The start of the file counts as a blank line. */
  #isAfterBlank = true
  #isInMail = false
  #isAtFileStart = true
  /** More than blank lines has been read. */
  #hasContent = false
  /** Bytes before the first mail that belong to none. */
  skipped = 0

  #addText(piece: Buffer): void {
    if (this.#isInMail) this.#mail.add(piece)
    else if (this.#hasContent) this.skipped += piece.length
  }

  *take(chunk: Uint8Array): Generator<Uint8Array> {
    yield* this.#split(Buffer.concat([this.#undecided, chunk]), false)
  }

  *finish(): Generator<Uint8Array> {
    yield* this.#split(this.#undecided, true)
    if (this.#isInMail) yield this.#mail.take()
  }

  *#split(bytes: Buffer, isEnd: boolean): Generator<Uint8Array> {
    let at = this.#isAtFileStart ? fileStart(bytes, isEnd) : 0
    if (at !== undefined) this.#isAtFileStart = false
    while (at !== undefined && at < bytes.length) {
      const newline = bytes.indexOf(LF, at)
      const next = newline < 0 ? bytes.length : newline + 1
      const kind = this.#isAtLineStart ? this.#lineKind(bytes, at, isEnd) : 'text'
      if (kind === 'unknown') break
      if (kind === 'text') this.#addText(bytes.subarray(at, next))
      else {
        if (this.#isInMail) yield this.#mail.take()
        this.#isInMail = true
      }
      if (this.#isAtLineStart) this.#isAfterBlank = kind === 'text' && isBlankLine(bytes[at])
      this.#isAtLineStart = newline >= 0
      at = next
    }
    this.#undecided = Buffer.from(bytes.subarray(at ?? 0))
  }

  #lineKind(bytes: Buffer, at: number, isEnd: boolean): LineKind {
    const kind = lineKind(bytes, at, { isEnd, isAfterBlank: this.#isAfterBlank })
    if (this.#hasContent || kind === 'unknown' || isBlankLine(bytes[at])) return kind
    const bareKind = kind === 'from' ? kind : bareMailKind(bytes, at, isEnd)
    if (bareKind === 'unknown') return bareKind
    this.#hasContent = true
    this.#isInMail = kind === 'text' && bareKind === 'from'
    return kind
  }
}

/** Where the text of a file begins: behind a byte-order mark. Undefined: too few bytes to tell. */
function fileStart(bytes: Buffer, isEnd: boolean): number | undefined {
  const start = bytes.subarray(0, BYTE_ORDER_MARK.length)
  if (!BYTE_ORDER_MARK.subarray(0, start.length).equals(start)) return 0
  if (start.length === BYTE_ORDER_MARK.length) return start.length
  return isEnd ? 0 : undefined
}

/** By its first byte: a line that begins with a carriage return ends there. */
function isBlankLine(first: number | undefined): boolean {
  return first === LF || first === CR
}

/** Collects one mail out of many small pieces without copying it more than twice. */
class Collector {
  #buffer = Buffer.allocUnsafe(256 * 1024)
  #length = 0

  add(piece: Buffer): void {
    const kept = piece.subarray(0, Math.max(0, LIMITS.mailBytes + 1 - this.#length))
    if (this.#length + kept.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + kept.length))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    kept.copy(this.#buffer, this.#length)
    this.#length += kept.length
  }

  take(): Buffer {
    const mail = Buffer.from(this.#buffer.subarray(0, withoutSeparator(this.#buffer, this.#length)))
    this.#length = 0
    return mail
  }
}

/** The blank line at the end of a mail is the mbox's, not the mail's. */
function withoutSeparator(bytes: Buffer, length: number): number {
  const ending = bytes.toString('latin1', Math.max(0, length - 4), length)
  if (ending.endsWith('\r\n\r\n')) return length - 2
  return ending.endsWith('\n\n') ? length - 1 : length
}
