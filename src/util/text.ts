/** Whether a text has a null character: PostgreSQL stores none, and fails on a query with one. */
export function hasNullCharacter(text: string): boolean {
  return text.includes('\0')
}

/** The error message for a null character. */
export const NULL_CHARACTER_REFUSED = 'Null characters are not allowed.'

/** The first `length` characters of a text; a character outside of the basic plane is never halved. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text
  let end = 0
  for (let count = 0; count < length && end < text.length; count++) {
    const code = text.codePointAt(end) as number
    end += code > 0xffff ? 2 : 1
  }
  return text.slice(0, end)
}

/** The same, with an ellipsis where something was left out. */
export function abridge(text: string, length: number): string {
  const beginning = truncate(text, length)
  return beginning.length < text.length ? `${beginning}…` : text
}

/** The id of a row that a text gives, in decimal digits; undefined for any other text. */
export function parseId(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** What mail brought must not move the cursor or end the line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
}
