import { LIMITS } from './limits.js'

const LF = 10
const FROM = Buffer.from('From ')

/**
 * The mails of an mbox, one after the other, without the `From ` lines before them; `>From ` stays as it is.
 * Holds one mail at a time: of one larger than `LIMITS.mailBytes` the rest is dropped, one byte past the
 * limit kept, so that the parser sees that it was cut.
 */
export async function* splitMbox(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const mail = new Collector()
  // A line's first bytes that came at the end of a chunk and may yet become `From `.
  let undecided = Buffer.alloc(0)
  let isAtLineStart = true
  let isInMail = false
  let isInFromLine = false
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([undecided, chunk])
    undecided = Buffer.alloc(0)
    let at = 0
    while (at < bytes.length) {
      if (isAtLineStart && bytes[at] === FROM[0]) {
        const start = bytes.subarray(at, at + FROM.length)
        if (start.length < FROM.length && FROM.subarray(0, start.length).equals(start)) {
          undecided = Buffer.from(start)
          break
        }
        if (start.equals(FROM)) {
          if (isInMail) yield mail.take()
          isInMail = true
          isInFromLine = true
        }
      }
      const newline = bytes.indexOf(LF, at)
      const next = newline < 0 ? bytes.length : newline + 1
      if (!isInFromLine && isInMail) mail.add(bytes.subarray(at, next))
      isAtLineStart = newline >= 0
      if (isAtLineStart) isInFromLine = false
      at = next
    }
  }
  if (isInMail) {
    mail.add(undecided)
    yield mail.take()
  }
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
