/** Maximum number of search words; further ones are ignored. */
const MAX_WORDS = 20

/** The words of a search, which must all occur. The API splits at commas too. */
export function searchWords(text: string, separator = /\s+/): string[] {
  return text
    .split(separator)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
}
