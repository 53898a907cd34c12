import { Invalid } from '../util/errors.js'

/** What is wrong with a text, as a sentence; undefined: nothing. */
export type Rule = (text: string) => string | undefined

/** The rules of some fields, by their names. */
export type Rules<Name extends string = string> = Readonly<Record<Name, Rule>>

/** The usual limit of a line of text, in characters. */
export const MAX_TEXT = 255

interface LineOptions {
  /** In characters. */
  max?: number
  isRequired?: boolean
  /** What else is wrong with a text that is not blank. */
  check?: Rule
}

/** A rule for one line of text: no longer than the limit, and without characters that cannot be seen. */
export function line({ max = MAX_TEXT, isRequired = false, check }: LineOptions = {}): Rule {
  return (text) => {
    if (text.trim() === '') return isRequired ? 'This must not be empty.' : undefined
    if (Array.from(text.slice(0, 2 * max + 2)).length > max) return `This is longer than ${max} characters.`
    if (/\p{Cc}|\p{Zl}|\p{Zp}/u.test(text)) return 'This has characters that cannot be seen.'
    return check?.(text)
  }
}

/** What is wrong with those values that have a rule, by name. Values that are no texts have been read already. */
export function problemsIn(rules: Readonly<Record<string, Rule>>, values: object): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    const problem = typeof value === 'string' ? rules[name]?.(value) : undefined
    if (problem !== undefined) problems[name] = problem
  }
  return problems
}

/**
 * Throws Invalid for values that break a rule, with the first problem as its sentence and all by name. A value that is
 * as it was `before` stays: what an older version took must not keep people from changing something else.
 */
export function requireRules(
  rules: Readonly<Record<string, Rule>>,
  values: object,
  before: Readonly<Record<string, unknown>> = {},
): void {
  const changed = Object.entries(values).filter(([name, value]) => value !== before[name])
  const problems = problemsIn(rules, Object.fromEntries(changed))
  const [first] = Object.entries(problems)
  if (first === undefined) return
  const fields = Object.entries(problems).map(([name, problem]) => [name, [problem]])
  throw new Invalid(`${labelOf(first[0])}: ${first[1]}`, Object.fromEntries(fields))
}

/** The name of a column, as people read it. */
function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
