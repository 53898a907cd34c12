import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import createMarkdown, { type Token } from 'markdown-it'
import { once } from '../../util/once.js'
import { ROOT } from '../../util/version.js'

/** The guides of `docs/` as pages. Nothing that anybody sends is ever read as Markdown. */

const FOLDER = join(ROOT, 'docs')

/** Those that are read in the site, by the name of their file. */
const NAMES = ['contributors', 'from-v1-to-merged', 'maintainers', 'api', 'bots'] as const

export interface Guide {
  readonly title: string
  readonly path: string
  /** Markup made from a file of Patchwork, with any markup in the file escaped. */
  readonly html: string
  /** Its chapters, each with the id of its heading. */
  readonly chapters: readonly { readonly id: string; readonly title: string }[]
}

const markdown = createMarkdown({ html: false })

// Blocks wider than a phone scroll, also by keyboard.
const { rules } = markdown.renderer
rules.fence = rules.code_block = (tokens, index) =>
  `<pre tabindex="0"><code>${markdown.utils.escapeHtml(tokens[index]?.content ?? '')}</code></pre>\n`

/** Where the guides are in the site, in the order in which they are offered. */
export const GUIDE_PATHS = NAMES.map(pathOf)

/** Reads all guides, and returns what renders them in the same order. Throws if one is not there. */
export function readGuides(): () => readonly Guide[] {
  const texts = NAMES.map((name) => [name, readFileSync(join(FOLDER, `${name}.md`), 'utf8')] as const)
  return once(() => texts.map(([name, text]) => renderGuide(name, text)))
}

/**
 * Makes a guide of its Markdown: headings get the ids that links to them expect, and links to files lead to their
 * pages.
 */
export function renderGuide(name: string, text: string): Guide {
  const tokens = markdown.parse(text, {})
  const chapters: { id: string; title: string }[] = []
  let title = name
  for (const [index, token] of tokens.entries()) {
    for (const child of token.children ?? []) leadToPage(child)
    if (token.type !== 'heading_open') continue
    const words = wordsOf(tokens[index + 1])
    if (token.tag === 'h1') title = words
    else token.attrSet('id', slugOf(words))
    if (token.tag === 'h2') chapters.push({ id: slugOf(words), title: words })
  }
  return { title, path: pathOf(name), html: markdown.renderer.render(tokens, markdown.options, {}), chapters }
}

function pathOf(name: string): string {
  return `/about/${name}/`
}

/** The text of a heading without its markup. */
function wordsOf(heading: Token | undefined): string {
  return (heading?.children ?? []).map(({ content }) => content).join('')
}

/** The id of a heading, as other places that show Markdown make it. */
function slugOf(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

/** `maintainers.md#checks` is a page here. */
function leadToPage(token: Token): void {
  if (token.type !== 'link_open') return
  const href = String(token.attrGet('href'))
  const [, name, anchor = ''] = /^([a-z\d-]+)\.md(#.*)?$/.exec(href) ?? []
  if (name !== undefined) token.attrSet('href', pathOf(name) + anchor)
}
