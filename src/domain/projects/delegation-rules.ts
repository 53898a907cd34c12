import { isGlob } from '../../mail/glob.js'
import { line, type Rules } from '../rule.js'

/** Rules for delegation rules, for pages and commands. */
export const DELEGATION_RULES = {
  path: line({
    isRequired: true,
    check: (text) => (isGlob(text) ? undefined : 'This is no pattern for names of files.'),
  }),
} satisfies Rules

const MAX_PRIORITY = 1_000_000

/** Parses a priority; undefined for an invalid one. */
export function parsePriority(text: string): number | undefined {
  const priority = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return Math.abs(priority) <= MAX_PRIORITY ? priority : undefined
}

export const NO_PRIORITY = `The priority must be a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}.`
