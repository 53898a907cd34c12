/** Maximum number of search words; further ones are ignored. */
const MAX_WORDS = 20

/** The words of a search, which must all occur. The API splits at commas too. */
export function searchWords(text: string, separator = /\s+/): string[] {
  return text
    .split(separator)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
}

export interface Search {
  /** Part of a name or of an address, whatever its case; empty: all. */
  readonly term: string
  readonly limit: number
  readonly offset: number
}

/** Nobody counts further, or turns pages so far. */
export const MAX_COUNTED = 10_000

/** The term is looked for as one word, blanks and all. */
export function wordsOf(term: string) {
  return term === '' ? {} : { words: [term] }
}
