import { createRequire } from 'node:module'
import type * as entities from 'entities'

const require = createRequire(import.meta.url)

/** Loaded on demand: few mails consist of HTML only. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return (require('entities') as typeof entities).decodeHTML(text)
}

/** Elements with invisible content. */
const HIDDEN = /^(?:script|style|head|title|template|noscript|svg|iframe|object)$/
/** Raw text elements: a `<` in them is a character, and only their own end tag ends them (HTML, 13.1.2). */
const RAW_TEXT = /^(?:script|style|title|textarea|iframe|noscript|xmp)$/
const PARAGRAPH = /^(?:p|h[1-6]|ul|ol|dl|pre|table|blockquote)$/
const LINE =
  /^(?:br|div|li|tr|dt|dd|hr|section|article|header|footer|main|nav|aside|center|address|figure|figcaption|fieldset|legend|form|details|summary|caption|option)$/
const CELL = /^t[dh]$/
const TAG_NAME = /^\/?([a-z][a-z0-9]{0,30})/i

/**
 * The visible text of an HTML page, for mail without plain text: tags become line ends, quoted
 * passages get `>`; scripts and links are ignored. One pass.
 */
export function htmlToText(html: string): string {
  const writer = new Writer()
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at)
    writer.text(html.slice(at, open < 0 ? html.length : open))
    if (open < 0) break
    at = tagEnd(html, open)
    // A `<` that opens no tag is a character; the rest of a page without `>` is text.
    if (at < 0) {
      writer.text(html.slice(open))
      break
    }
    const tag = html.slice(open + 1, at - 1)
    const name = TAG_NAME.exec(tag)?.[1]?.toLowerCase()
    if (name !== undefined) {
      const isEnd = tag.startsWith('/')
      writer.tag(name, isEnd)
      if (!isEnd && RAW_TEXT.test(name)) {
        const end = rawTextEnd(html, at, name)
        writer.rawText(html.slice(at, end))
        at = end
      }
    } else if (!/^[!?/]/.test(tag)) {
      writer.text('<')
      at = open + 1
    }
  }
  return writer.finish()
}

/** The offset of the end tag of a raw text element; the end of the page without one. */
function rawTextEnd(html: string, start: number, name: string): number {
  const endTag = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
  endTag.lastIndex = start
  return endTag.exec(html)?.index ?? html.length
}

/** A tag with its attributes: a `>` within quotes does not end it. */
const TAG = /<\/?[a-z](?:[^<>"']|"[^"]{0,5000}"|'[^']{0,5000}'){0,5000}>/iy

function tagEnd(html: string, open: number): number {
  if (html.startsWith('<!--', open)) {
    const close = html.indexOf('-->', open + 4)
    return close < 0 ? html.length : close + 3
  }
  TAG.lastIndex = open
  if (TAG.test(html)) return TAG.lastIndex
  const close = html.indexOf('>', open)
  return close < 0 ? -1 : close + 1
}

/** Maximum number of quote marks; deeper quotes look the same. */
const MAX_QUOTES = 20

class Writer {
  readonly #lines: string[] = []
  #line = ''
  #hidden = ''
  #quotes = 0
  #preformatted = 0
  #isPreStart = false

  /** The text of an element without markup. */
  rawText(text: string): void {
    if (this.#hidden === '') this.text(text)
  }

  text(raw: string): void {
    if (this.#hidden !== '' || raw === '') return
    const text = decodeEntities(raw)
    if (this.#preformatted > 0) {
      // The line break after `<pre>` is not part of it.
      const [first = '', ...rest] = (this.#isPreStart ? text.replace(/^\r?\n/, '') : text).split('\n')
      this.#isPreStart = false
      this.#line += first
      for (const line of rest) {
        this.#break()
        this.#line = line
      }
      return
    }
    const words = text.replace(/[ \t\r\n\f]+/g, ' ')
    this.#line += this.#line === '' || this.#line.endsWith(' ') ? words.replace(/^ /, '') : words
  }

  tag(name: string, isEnd: boolean): void {
    if (HIDDEN.test(name)) {
      if (!isEnd && this.#hidden === '') this.#hidden = name
      else if (isEnd && this.#hidden === name) this.#hidden = ''
    }
    if (this.#hidden !== '') return
    this.#isPreStart = name === 'pre' && !isEnd
    if (PARAGRAPH.test(name)) this.#paragraph()
    else if (CELL.test(name)) this.text(' ')
    else if (LINE.test(name) && (name === 'br' || this.#line.trim() !== '')) this.#break()
    if (name === 'blockquote')
      this.#quotes = Math.min(MAX_QUOTES, Math.max(0, this.#quotes + (isEnd ? -1 : 1)))
    if (name === 'pre') this.#preformatted = Math.max(0, this.#preformatted + (isEnd ? -1 : 1))
  }

  finish(): string {
    this.#break()
    return this.#lines.join('\n').replace(/\n{3,}/g, '\n\n')
  }

  #break(): void {
    const line = this.#line.replaceAll('\u00a0', ' ').trimEnd()
    this.#lines.push(this.#quotes > 0 && line !== '' ? `${'>'.repeat(this.#quotes)} ${line}` : line)
    this.#line = ''
  }

  #paragraph(): void {
    if (this.#line.trim() !== '') this.#break()
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('')
    this.#line = ''
  }
}
