import { LIMITS } from '../limits.js'
import { lineKind } from './from-line.js'

const LF = 10
const CR = 13

/**
 * The mails of an mbox, one after the other, without the `From ` lines before them; see `from-line.ts` for what
 * begins a mail. `>From ` stays as it is, as `git mailsplit` leaves it. Holds one mail at a time: of one larger than
 * `LIMITS.mailBytes` the rest is dropped, one byte past the limit kept, so that the parser sees that it was cut.
 */
export async function* splitMbox(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const splitter = new MboxSplitter()
  for await (const chunk of chunks) yield* splitter.take(chunk)
  yield* splitter.finish()
}

class MboxSplitter {
  readonly #mail = new Collector()
  /** The beginning of a line that may yet begin a mail, and what follows it. */
  #undecided = Buffer.alloc(0)
  #isAtLineStart = true
  /** The start of the file counts as a blank line. */
  #isAfterBlank = true
  #isInMail = false

  #addText(piece: Buffer): void {
    if (this.#isInMail) this.#mail.add(piece)
  }

  *take(chunk: Uint8Array): Generator<Uint8Array> {
    yield* this.#split(Buffer.concat([this.#undecided, chunk]), false)
  }

  *finish(): Generator<Uint8Array> {
    yield* this.#split(this.#undecided, true)
    if (this.#isInMail) yield this.#mail.take()
  }

  *#split(bytes: Buffer, isEnd: boolean): Generator<Uint8Array> {
    let at = 0
    while (at < bytes.length) {
      const newline = bytes.indexOf(LF, at)
      const next = newline < 0 ? bytes.length : newline + 1
      const kind = this.#isAtLineStart
        ? lineKind(bytes, at, { isEnd, isAfterBlank: this.#isAfterBlank })
        : 'text'
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
    this.#undecided = Buffer.from(bytes.subarray(at))
  }
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
