import { pattern } from '../pattern.js'
import { line, type Rules } from '../rule.js'

/** What states and tags may be called, wherever they are entered. */

export const STATE_RULES = {
  name: line({ isRequired: true }),
  slug: line({
    isRequired: true,
    check: (text) =>
      /^[a-z\d]+(?:-[a-z\d]+)*$/.test(text)
        ? undefined
        : 'A slug is made of small letters, digits and single hyphens between them.',
  }),
} satisfies Rules

export const TAG_RULES = {
  name: line({ isRequired: true }),
  abbrev: line({
    isRequired: true,
    check: (text) => (/^\S{1,2}$/u.test(text) ? undefined : 'This must be one or two characters.'),
  }),
  pattern: line({ isRequired: true, check: pattern }),
} satisfies Rules
