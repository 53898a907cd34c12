/** Words that a search looks for; further ones are left out. */
const MAX_WORDS = 20

/** The words of a search, each of which has to be found. The API splits at commas too. */
export function searchWords(text: string, separator = /\s+/): string[] {
  return text
    .split(separator)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
}
