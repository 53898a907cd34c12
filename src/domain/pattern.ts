import { isPattern } from '../mail/trailers.js'

/** What is wrong with a pattern: it runs on RE2, by itself and as a part of another. */
export function pattern(text: string): string | undefined {
  return isPattern(text) && isPattern(`(?:${text})\\s.*`)
    ? undefined
    : 'This is no pattern that RE2 understands.'
}
