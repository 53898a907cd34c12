/**
 * Markup written by hand where there is much of it: the rows of long lists. A hundred rows as elements take as long
 * to render as they take to be read from the database; as templates, a quarter of that.
 *
 * What comes into a template is escaped, unless a template made it. Nobody else can make markup, so a text of a
 * stranger cannot be taken for it. Attributes have to be quoted.
 */
class Made {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Markup = Made

/** What may stand in a template: texts and numbers, other markup, or nothing. */
export type Part = string | number | Markup | readonly Markup[] | undefined | false

/** Makes markup: ``html`<b>${text}</b>` ``. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] as string
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]
    if (typeof part === 'string') text += escape(part)
    else if (part !== undefined && part !== false) text += Array.isArray(part) ? part.join('') : String(part)
    text += strings[index + 1] as string
  }
  return new Made(text)
}

const SPECIAL = /[&<>"']/

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it stands in markup, within quotes as well. */
export function escape(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[&<>"']/g, (each) => ENTITIES[each] as string) : text
}
