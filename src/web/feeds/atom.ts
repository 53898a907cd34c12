import type { Time } from '../../db/schema.js'
import { html, type Markup } from '../framework/html.js'

/** Atom (RFC 4287): news of a list, for programs that read news. */

export interface Feed {
  readonly title: string
  /** The page that it has the news of. */
  readonly page: string
  /** Its own address. */
  readonly self: string
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly title: string
  /** Absolute, and the same for ever: it is the entry's id as well. */
  readonly href: string
  readonly author: { readonly name: string }
  readonly published: Time
  readonly summary: string
}

export const ATOM = 'application/atom+xml; charset=utf-8'

/** Formats a feed. `now` is its time if it has no entries. */
export function formatFeed({ title, page, self, entries }: Feed, now: () => Time): string {
  const newest = entries.reduce((latest, { published }) => (published > latest ? published : latest), '')
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom">
<title>${legal(title)}</title>
<id>${self}</id>
<link rel="self" href="${self}"/>
<link rel="alternate" type="text/html" href="${page}"/>
<updated>${toAtomTime(newest || now())}</updated>
${entries.map(formatEntry)}</feed>
`
  return `<?xml version="1.0" encoding="utf-8"?>\n${feed.toString()}`
}

function formatEntry({ title, href, author, published, summary }: Entry): Markup {
  return html`<entry>
<title>${legal(title)}</title>
<id>${href}</id>
<link rel="alternate" type="text/html" href="${href}"/>
<published>${toAtomTime(published)}</published>
<updated>${toAtomTime(published)}</updated>
<author><name>${legal(author.name)}</name></author>
<summary type="text">${legal(summary)}</summary>
</entry>
`
}

/** RFC 3339, as RFC 4287 wants it. */
function toAtomTime(time: Time): string {
  return `${time.slice(0, 19)}Z`
}

/** Without the characters that no XML document may have, not even escaped (XML 1.0, 2.2), and without half ones. */
function legal(text: string): string {
  return text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
}
