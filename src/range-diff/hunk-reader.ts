const HEADER = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@(.*)$/

/** Reads one hunk of a diff: its lines with one mark each, below a header without line numbers. */
export class HunkReader {
  readonly #header: string
  readonly #lines: string[] = []
  #old: number
  #new: number

  private constructor(header: string, old: number, fresh: number) {
    this.#header = header
    this.#old = old
    this.#new = fresh
  }

  /** The reader of the hunk that a line begins; undefined if it begins none. */
  static begin(line: string, file: string): HunkReader | undefined {
    const found = HEADER.exec(line)
    if (!found) return undefined
    const [, old, fresh, context = ''] = found
    const name = context !== '' && file !== '' ? ` ${file}:` : ''
    return new HunkReader(`@@${name}${context}`, Number(old ?? 1), Number(fresh ?? 1))
  }

  /** Reads the next line; false if the hunk has ended before it. */
  take(line: string): boolean {
    const mark = line[0] ?? ' '
    if (mark === '\\' && this.#lines.length > 0) {
      this.#lines.push(` ${line}`)
      return true
    }
    if (this.#old <= 0 && this.#new <= 0) return false
    if (mark !== '+' && mark !== '-' && mark !== ' ') return false
    if (mark !== '+') this.#old--
    if (mark !== '-') this.#new--
    // Some mailers cut the blank of an empty line.
    this.#lines.push(line === '' ? ' ' : line)
    return true
  }

  lines(): string[] {
    return [this.#header, ...this.#lines]
  }
}
