import type { Rule } from '../../domain/rule.js'

/** What one field of a form takes: forms of the administration are tables of these. */
export interface Field<Name extends string = string> {
  readonly name: Name
  readonly label: string
  readonly kind: 'text' | 'flag' | 'number'
  /** One short sentence, where the field is not plain. */
  readonly help?: string
  readonly isRequired?: boolean
  /** What a text must be; every text has one. */
  readonly rule?: Rule
  /** The limit of a text, in characters; by default MAX_TEXT. */
  readonly max?: number
}

/** What was sent, by the names of the fields; flags are 0 or 1. */
export type Values = Readonly<Record<string, string | number>>

export interface Sent {
  readonly values: Values
  /** What is wrong, by the names of the fields. */
  readonly problems: Readonly<Record<string, string>>
}

/**
 * Reads what was sent; numbers that are none stay texts, with a problem. A text that is as it was `before` has none:
 * what an older version took does not keep people from changing something else.
 */
export function readFields(fields: readonly Field[], form: URLSearchParams, before: object = {}): Sent {
  const known = before as Readonly<Record<string, unknown>>
  const values: Record<string, string | number> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const text = (form.get(field.name) ?? '').trim()
    const isSame = field.kind === 'flag' || text === known[field.name]
    const problem = isSame ? undefined : problemOf(field, text)
    if (problem !== undefined) problems[field.name] = problem
    values[field.name] = field.kind === 'flag' ? Number(text === 'on') : text
    if (field.kind === 'number' && problem === undefined) values[field.name] = Number(text)
  }
  return { values, problems }
}

function problemOf({ kind, rule }: Field, text: string): string | undefined {
  if (kind === 'number')
    return /^-?\d{1,6}$/.test(text) ? undefined : 'This must be a whole number of six digits at most.'
  return rule?.(text)
}

/** The same fields of a row: what they were before. */
export function valuesOf(fields: readonly Field[], row: object): Values {
  const known = row as Record<string, string | number>
  return Object.fromEntries(fields.map(({ name }) => [name, known[name] ?? '']))
}
