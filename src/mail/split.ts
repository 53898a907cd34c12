/** A text taken apart. */
export interface DiffSplit {
  content: string | undefined
  /** Characters of `content` that stand above the first line of the diff. */
  above: number
  diff: string | undefined
}

/** How git announces what it does to a file, between `diff` and the hunks. */
const EXTENDED_HEADERS = [
  'old mode ',
  'new mode ',
  'deleted file mode ',
  'new file mode ',
  'copy from ',
  'copy to ',
  'rename from ',
  'rename to ',
  'similarity index ',
  'dissimilarity index ',
  'index ',
]

const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/
const NO_NEWLINE = '\\ No newline at end of file'
const BINARY_PATCH = 'GIT binary patch'

type State = 'text' | 'announced' | 'old name' | 'new name' | 'hunk' | 'extended' | 'binary'

/**
 * Splits a text into the diff (in any of the forms of git, CVS, Subversion, Mercurial or plain `diff -u`,
 * several in a row) and the commentary around it. One pass over its lines; what looked like the beginning
 * of a diff and was none goes to the commentary.
 */
export function splitDiff(text: string): DiffSplit {
  const splitter = new Splitter()
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    splitter.take(`${text.slice(at, end)}\n`)
    at = end + 1
  }
  return splitter.finish()
}

class Splitter {
  #state: State = 'text'
  #content = ''
  #diff = ''
  #above = 0
  /** Lines that may turn out to be either. */
  #undecided = ''
  #hasHunk = false
  #oldLines = 0
  #newLines = 0

  take(line: string): void {
    switch (this.#state) {
      case 'text':
        return this.#text(line)
      case 'announced':
        return this.#announced(line)
      case 'old name':
        return this.#oldName(line)
      case 'new name':
        return this.#newName(line)
      case 'hunk':
        return this.#hunk(line)
      case 'extended':
        return this.#extended(line)
      case 'binary':
        return this.#binary(line)
    }
  }

  finish(): DiffSplit {
    const content = this.#content + this.#undecided
    return { content: content || undefined, above: this.#above, diff: this.#diff || undefined }
  }

  #text(line: string): void {
    if (line.startsWith('diff ') || line.startsWith('Index: ')) this.#suspect('announced', line)
    else if (line.startsWith('--- ')) this.#suspect('old name', line)
    else this.#content += line
  }

  #announced(line: string): void {
    if (line.startsWith('--- ')) this.#suspect('old name', line)
    else if (isExtendedHeader(line)) this.#suspect('extended', line)
    else this.#undecided += line
  }

  #oldName(line: string): void {
    if (line.startsWith('+++ ')) this.#suspect('new name', line)
    else this.#giveUp(line)
  }

  #newName(line: string): void {
    const hunk = HUNK.exec(line)
    if (hunk) {
      this.#oldLines = Number(hunk[1] ?? 1)
      this.#newLines = Number(hunk[2] ?? 1)
      this.#accept(line)
      this.#state = 'hunk'
    } else if (line.startsWith('--- ')) {
      this.#accept(line)
      this.#state = 'old name'
    } else if (this.#hasHunk && line.startsWith(NO_NEWLINE)) {
      this.#diff += line
    } else this.#giveUp(line)
  }

  #hunk(line: string): void {
    this.#diff += line
    if (line.startsWith('-')) this.#oldLines--
    else if (line.startsWith('+')) this.#newLines--
    else if (!line.startsWith(NO_NEWLINE)) {
      this.#oldLines--
      this.#newLines--
    }
    if (this.#oldLines <= 0 && this.#newLines <= 0) {
      this.#state = 'new name'
      this.#hasHunk = true
    }
  }

  #extended(line: string): void {
    if (isExtendedHeader(line)) this.#accept(line)
    else if (line.startsWith('--- ')) {
      this.#accept(line)
      this.#state = 'old name'
    } else if (line.startsWith(BINARY_PATCH)) {
      this.#accept(line)
      this.#state = 'binary'
    } else this.#suspect('announced', line)
  }

  /** Only another file ends the data of a binary patch; its announcement counts if hunks follow. */
  #binary(line: string): void {
    if (line.startsWith('diff ')) this.#suspect('text', line)
    else this.#accept(line)
  }

  #suspect(state: State, line: string): void {
    this.#state = state
    this.#undecided += line
  }

  #accept(line: string): void {
    if (this.#diff === '') this.#above = this.#content.length
    this.#diff += this.#undecided + line
    this.#undecided = ''
  }

  /** After a hunk, other lines may stand between two files' diffs; before the first it was no diff at all. */
  #giveUp(line: string): void {
    if (this.#hasHunk) return this.#suspect('announced', line)
    this.#state = 'text'
    this.#content += this.#undecided + line
    this.#undecided = ''
  }
}

function isExtendedHeader(line: string): boolean {
  return EXTENDED_HEADERS.some((start) => line.startsWith(start))
}
