import type { Emitter } from 'highlight.js'
import { hljs, type Language } from './languages.js'

/** What gets a colour of its own, as the style sheet calls it. */
type Colour = 'keyword' | 'string' | 'comment' | 'number' | 'title' | 'meta' | 'attribute'

/** A piece of a line, all of one colour. */
export interface Token {
  readonly colour: Colour | undefined
  readonly text: string
}

/** By the first word of highlight.js' names for them. */
const COLOURS: Readonly<Record<string, Colour>> = {
  keyword: 'keyword',
  built_in: 'keyword',
  literal: 'keyword',
  type: 'keyword',
  name: 'keyword',
  'selector-tag': 'keyword',
  string: 'string',
  char: 'string',
  regexp: 'string',
  link: 'string',
  comment: 'comment',
  doctag: 'comment',
  quote: 'comment',
  number: 'number',
  symbol: 'number',
  title: 'title',
  section: 'title',
  meta: 'meta',
  attr: 'attribute',
  attribute: 'attribute',
  variable: 'attribute',
  property: 'attribute',
  'template-variable': 'attribute',
}

/** Takes what highlight.js finds as tokens, line by line, so that no markup is ever made of it. */
class TokenEmitter implements Emitter {
  readonly lines: Token[][] = [[]]
  readonly #colours: (Colour | undefined)[] = []

  addText(text: string): void {
    const colour = this.#colours.at(-1)
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) this.lines.push([])
      if (part !== '') this.#add(colour, part)
    }
  }

  #add(colour: Colour | undefined, text: string): void {
    const line = this.lines.at(-1)
    const last = line?.at(-1)
    if (last && last.colour === colour) line?.splice(-1, 1, { colour, text: last.text + text })
    else line?.push({ colour, text })
  }

  startScope(scope: string): void {
    const [name = ''] = scope.split('.', 1)
    this.#colours.push(COLOURS[name] ?? this.#colours.at(-1))
  }

  endScope(): void {
    this.#colours.pop()
  }

  // The same function for the scopes of a grammar's modes; the types of the library lack it.
  openNode(scope: string): void {
    this.startScope(scope)
  }

  closeNode(): void {
    this.endScope()
  }

  __addSublanguage(emitter: Emitter): void {
    for (const [index, line] of (emitter as TokenEmitter).lines.entries()) {
      if (index > 0) this.lines.push([])
      this.lines.at(-1)?.push(...line)
    }
  }

  finalize(): void {}

  toHTML(): string {
    return ''
  }
}

hljs.configure({ __emitter: TokenEmitter })

/**
 * highlight.js works by patterns that backtrack: on a text made for it, time grows with the square of what it
 * gets at once, and most of all of a line. So it gets little, and longer lines stay plain.
 */
const MAX_TEXT = 2000
const MAX_LINE = 300

/** Tokens of lines of code; undefined for lines without colours, as all lines are once the time is used up. */
export function colourLines(
  lines: readonly string[],
  language: Language,
  hasTime: () => boolean,
): (readonly Token[] | undefined)[] {
  const coloured: (readonly Token[] | undefined)[] = []
  let chunk: string[] = []
  let length = 0
  const flush = () => {
    if (chunk.length > 0)
      coloured.push(...(hasTime() ? colourText(chunk, language) : chunk.map(() => undefined)))
    chunk = []
    length = 0
  }
  for (const line of lines) {
    if (length + line.length > MAX_TEXT || line.length > MAX_LINE) flush()
    if (line.length > MAX_LINE) coloured.push(undefined)
    else {
      chunk.push(line)
      length += line.length + 1
    }
  }
  flush()
  return coloured
}

/** Without colours if the library fails: its output so far is not the whole text. */
function colourText(lines: readonly string[], language: Language): (readonly Token[] | undefined)[] {
  const { _emitter, errorRaised } = hljs.highlight(lines.join('\n'), { language, ignoreIllegals: true })
  return errorRaised ? lines.map(() => undefined) : (_emitter as TokenEmitter).lines
}
