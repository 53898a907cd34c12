import { type ContentType, contentType, transferEncoding } from './content-type.js'
import { type Headers, readHeaders } from './headers.js'
import { addProblem, LIMITS } from './limits.js'

/** A leaf part of a mail, with the bytes of its body in their transfer encoding. */
export interface Leaf {
  headers: Headers
  type: ContentType
  start: number
  end: number
}

/**
 * All leaf parts of a mail, in order, at any depth (RFC 2045, 2046).
 *
 * One pass over the mail with a stack of the open boundaries. The position only moves forward: no byte is
 * read once for each level around it, and the time is linear in the size of the mail for any
 * nesting.
 *
 * @param headers those of the mail itself
 * @param bodyStart the offset in `bytes` after these headers
 * @param problems receives a sentence about each omission
 */
export function leavesOf(bytes: Buffer, headers: Headers, bodyStart: number, problems: string[]): Leaf[] {
  return new Scanner(bytes, problems).scan(headers, bodyStart)
}

/** An open multipart. */
interface Level {
  /** Number of multiparts and forwarded messages around its parts. */
  depth: number
  delimiter: string
  /** The default type of its parts (RFC 2046, 5.1.5). */
  defaultType: string
  hasParts: boolean
}

/** A boundary line (RFC 2046, 5.1.1). */
interface BoundaryLine {
  /** The stack index of its multipart. */
  level: number
  isClosing: boolean
  start: number
  /** The offset after the line. */
  next: number
}

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const HYPHEN = 45

class Scanner {
  readonly #bytes: Buffer
  readonly #problems: string[]
  readonly #levels: Level[] = []
  /** The stack's indexes by delimiter. The outermost level wins a shared delimiter, because it is split first. */
  readonly #byDelimiter = new Map<string, number>()
  #longest = 0
  readonly #leaves: Leaf[] = []
  #leaf: Leaf | undefined
  #count = 0

  constructor(bytes: Buffer, problems: string[]) {
    this.#bytes = bytes
    this.#problems = problems
  }

  scan(headers: Headers, bodyStart: number): Leaf[] {
    let at = this.#open(headers, bodyStart, 0, 'text/plain')
    while (this.#levels.length > 0) {
      const line = this.#nextBoundary(at)
      this.#endLeaf(line ? Math.max(this.#leaf?.start ?? 0, endBefore(this.#bytes, line.start)) : undefined)
      if (!line) break
      this.#closeTo(line.isClosing ? line.level : line.level + 1)
      at = line.isClosing ? line.next : this.#beginPart(line)
      if (this.#count > LIMITS.parts) {
        addProblem(this.#problems, `The mail has more than ${LIMITS.parts} parts; the rest were left out.`)
        return this.#leaves
      }
    }
    this.#endLeaf(undefined)
    this.#closeTo(0)
    return this.#leaves
  }

  /** Begins the part after a boundary line; returns the offset to continue at. */
  #beginPart(line: BoundaryLine): number {
    const level = this.#levels[line.level] as Level
    const { headers, bodyStart } = this.#readHeaders(line.next)
    // An empty last part is ignored: the multipart around it ends there.
    const after = this.#boundaryAt(bodyStart)
    const end = after ? endBefore(this.#bytes, bodyStart) : this.#bytes.length
    const isAtEnd = bodyStart >= this.#bytes.length || (after !== undefined && after.level < line.level)
    if (isAtEnd && end <= line.next) return bodyStart
    level.hasParts = true
    return this.#open(headers, bodyStart, level.depth, level.defaultType)
  }

  /**
   * Adds a part whose headers have been read. A forwarded message is replaced by its own content.
   *
   * @returns the offset at which the search for the next boundary starts
   */
  #open(headers: Headers, start: number, depth: number, defaultType: string): number {
    this.#count++
    // Parts beyond the limits are counted and end the scan.
    if (this.#count > LIMITS.parts) return start
    const type = contentType(headers.get('content-type') ?? defaultType)
    if (!isMultipart(type) && (!isMessage(type) || isEncoded(headers))) {
      this.#leaf = { headers, type, start, end: this.#bytes.length }
      return start
    }
    if (depth >= LIMITS.depth) {
      addProblem(this.#problems, `Parts nested deeper than ${LIMITS.depth} were left out.`)
      return start
    }
    if (isMultipart(type)) {
      this.#openMultipart(type, depth + 1)
      return start
    }
    const inner = this.#readHeaders(start)
    return this.#open(inner.headers, inner.bodyStart, depth + 1, 'text/plain')
  }

  #openMultipart({ type, boundary }: ContentType, depth: number): void {
    if (boundary === undefined) return this.#complainOfNoParts()
    const delimiter = Buffer.from(boundary.trimEnd(), 'utf8').toString('latin1')
    const defaultType = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
    if (!this.#byDelimiter.has(delimiter)) this.#byDelimiter.set(delimiter, this.#levels.length)
    this.#levels.push({ depth, delimiter, defaultType, hasParts: false })
    this.#longest = Math.max(this.#longest, delimiter.length)
  }

  /** Reads headers up to a blank line or the next boundary. */
  #readHeaders(start: number): { headers: Headers; bodyStart: number } {
    return readHeaders(this.#bytes, start, this.#bytes.length, this.#problems, {
      endsAt: (at) => this.#boundaryAt(at) !== undefined,
    })
  }

  #endLeaf(end: number | undefined): void {
    if (this.#leaf) this.#leaves.push({ ...this.#leaf, end: end ?? this.#bytes.length })
    this.#leaf = undefined
  }

  /** Ends all multiparts but the outermost `length`. */
  #closeTo(length: number): void {
    while (this.#levels.length > length) {
      const { delimiter, hasParts } = this.#levels.pop() as Level
      if (this.#byDelimiter.get(delimiter) === this.#levels.length) this.#byDelimiter.delete(delimiter)
      if (!hasParts) this.#complainOfNoParts()
    }
    this.#longest = Math.max(0, ...this.#levels.map(({ delimiter }) => delimiter.length))
  }

  #complainOfNoParts(): void {
    addProblem(this.#problems, 'A part says that it holds others, but nothing marks them; it was left out.')
  }

  /** The first boundary line at or after an offset that begins a line. */
  #nextBoundary(from: number): BoundaryLine | undefined {
    for (let at = from; at >= 0; at = nextHyphens(this.#bytes, at)) {
      const line = this.#boundaryAt(at)
      if (line) return line
    }
    return undefined
  }

  /** The boundary line that begins at an offset; if it fits several open multiparts, that of the outer one. */
  #boundaryAt(start: number): BoundaryLine | undefined {
    const bytes = this.#bytes
    if (bytes[start] !== HYPHEN || bytes[start + 1] !== HYPHEN) return undefined
    const newline = bytes.indexOf(LF, start)
    const end = blanksBefore(bytes, start + 2, newline < 0 ? bytes.length : newline)
    if (end - start - 4 > this.#longest) return undefined
    const text = bytes.toString('latin1', start + 2, end)
    const opening = this.#byDelimiter.get(text)
    const closing = text.endsWith('--') ? this.#byDelimiter.get(text.slice(0, -2)) : undefined
    const level = Math.min(opening ?? Infinity, closing ?? Infinity)
    if (level === Infinity) return undefined
    return { level, isClosing: level === closing, start, next: newline < 0 ? bytes.length : newline + 1 }
  }
}

function isMultipart({ type }: ContentType): boolean {
  return type.startsWith('multipart/')
}

/** RFC 2046, 5.2.1 forbids encoded messages, but some programs send them: such a message is a file to decode first. */
function isEncoded(headers: Headers): boolean {
  return transferEncoding(headers) !== undefined
}

/** A delivery report consists of headers only. */
function isMessage({ type }: ContentType): boolean {
  return type.startsWith('message/') && type !== 'message/delivery-status'
}

/** The next line that starts with two hyphens, or -1. */
function nextHyphens(bytes: Buffer, at: number): number {
  const found = bytes.indexOf('\n--', at, 'latin1')
  return found < 0 ? -1 : found + 1
}

/** The offset of the trailing blanks of a line, including its carriage return. */
function blanksBefore(bytes: Buffer, start: number, lineEnd: number): number {
  let end = lineEnd
  if (end > start && bytes[end - 1] === CR) end--
  while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--
  return end
}

/** The line break before a boundary belongs to the boundary. */
function endBefore(bytes: Buffer, boundary: number): number {
  let end = boundary
  if (end > 0 && bytes[end - 1] === LF) end--
  if (end > 0 && bytes[end - 1] === CR) end--
  return end
}
