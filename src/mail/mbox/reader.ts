import { LIMITS } from '../limits.js'
import { bareMailKind, type LineKind, lineKind } from './from-line.js'

const LF = 10
const CR = 13

/** The byte-order mark in UTF-8, which some editors add to a file. */
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/**
 * Splits an mbox into its mails, without the `From ` lines before them; see `from-line.ts` for the lines that
 * begin a mail. `>From ` stays, as in `git mailsplit`. Holds one mail at a time. A mail larger than
 * `LIMITS.mailBytes` is cut one byte past the limit, so that the parser detects the cut.
 *
 * Headers at the start of the file also begin a mail, as in a file of one mail. `onSkip` is called at the end with
 * the number of bytes of other text before the first mail.
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
  readonly #window = new Window()
  #isAtLineStart = true
  /** The start of the file counts as a blank line. */
  #isAfterBlank = true
  #isInMail = false
  #isAtFileStart = true
  /** Whether a line that is not blank has been read. */
  #hasContent = false
  /** Bytes before the first mail. */
  skipped = 0;

  *take(chunk: Uint8Array): Generator<Uint8Array> {
    const bytes = this.#window.with(chunk)
    this.#window.keepFrom(yield* this.#split(bytes, false))
  }

  *finish(): Generator<Uint8Array> {
    yield* this.#split(this.#window.with(Buffer.alloc(0)), true)
    if (this.#isInMail) yield this.#mail.take(Buffer.alloc(0))
  }

  /** Yields the mails that end in some bytes. Returns where the line begins that the next bytes decide. */
  *#split(bytes: Buffer, isEnd: boolean): Generator<Uint8Array, number> {
    let at = this.#isAtFileStart ? fileStart(bytes, isEnd) : 0
    if (at === undefined) return 0
    this.#isAtFileStart = false
    // Text is added where its mail ends, so that nearly every mail is copied once.
    let textStart = at
    while (at < bytes.length) {
      const kind = this.#isAtLineStart ? this.#lineKind(bytes, at, isEnd) : 'text'
      if (kind === 'unknown') break
      let next = lineEnd(bytes, at)
      if (kind === 'text') {
        if (this.#hasContent) next = Math.max(next, nextFrom(bytes, at))
        else textStart = next
        this.#endLine(bytes, at, next)
      } else {
        const text = bytes.subarray(textStart, at)
        if (this.#isInMail) yield this.#mail.take(text)
        else this.skipped += text.length
        this.#isInMail = true
        this.#isAfterBlank = false
        this.#isAtLineStart = bytes[next - 1] === LF
        textStart = next
      }
      at = next
    }
    const rest = bytes.subarray(textStart, at)
    if (this.#isInMail) this.#mail.add(rest)
    else this.skipped += rest.length
    return at
  }

  /** Remembers how text ends whose lines are between two offsets. */
  #endLine(bytes: Buffer, start: number, end: number): void {
    const last = start + bytes.subarray(start, end - 1).lastIndexOf(LF) + 1
    if (last > start || this.#isAtLineStart) this.#isAfterBlank = isBlankLine(bytes[last])
    this.#isAtLineStart = bytes[end - 1] === LF
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

/** The offset of the text of a file, after a byte-order mark. Undefined: too few bytes to decide. */
function fileStart(bytes: Buffer, isEnd: boolean): number | undefined {
  const start = bytes.subarray(0, BYTE_ORDER_MARK.length)
  if (!BYTE_ORDER_MARK.subarray(0, start.length).equals(start)) return 0
  if (start.length === BYTE_ORDER_MARK.length) return start.length
  return isEnd ? 0 : undefined
}

function lineEnd(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(LF, at)
  return newline < 0 ? bytes.length : newline + 1
}

/** The offset of the next line after the one at `at` that may begin a mail: the lines before it are text. */
function nextFrom(bytes: Buffer, at: number): number {
  const found = bytes.indexOf('\nFrom ', at, 'latin1')
  return (found < 0 ? bytes.lastIndexOf(LF) : found) + 1
}

/** Decides by the first byte: a line that begins with a carriage return is blank. */
function isBlankLine(first: number | undefined): boolean {
  return first === LF || first === CR
}

/** The bytes that are searched at a time, in a buffer that is used again for each chunk. */
class Window {
  #buffer = Buffer.alloc(0)
  #kept = 0
  #length = 0

  /** The bytes that were kept, and those of a chunk behind them; valid until the next call. */
  with(chunk: Uint8Array): Buffer {
    this.#length = this.#kept + chunk.length
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(this.#length * 2)
      this.#buffer.copy(larger, 0, 0, this.#kept)
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#kept)
    return this.#buffer.subarray(0, this.#length)
  }

  /** Keeps the bytes from an offset on. */
  keepFrom(offset: number): void {
    this.#buffer.copyWithin(0, offset, this.#length)
    this.#kept = this.#length - offset
  }
}

/** Collects one mail out of the chunks that it lies in. */
class Collector {
  #buffer = Buffer.alloc(0)
  #length = 0

  /** Adds a piece of the mail, of which the end is to come. */
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

  /** A copy of the mail, which ends with some bytes. */
  take(last: Buffer): Buffer {
    // Most mails lie in one chunk.
    const isWhole = this.#length === 0 && last.length <= LIMITS.mailBytes
    if (!isWhole) this.add(last)
    const bytes = isWhole ? last : this.#buffer.subarray(0, this.#length)
    this.#length = 0
    return Buffer.from(bytes.subarray(0, withoutSeparator(bytes)))
  }
}

/** The blank line at the end of a mail is the mbox's, not the mail's. */
function withoutSeparator(bytes: Buffer): number {
  const { length } = bytes
  const ending = bytes.toString('latin1', Math.max(0, length - 4), length)
  if (ending.endsWith('\r\n\r\n')) return length - 2
  return ending.endsWith('\n\n') ? length - 1 : length
}
