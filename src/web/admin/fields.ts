import { isPattern } from '../../mail/trailers.js'

/** What one field of a form takes: forms of the administration are tables of these. */
export interface Field<Name extends string = string> {
  readonly name: Name
  readonly label: string
  readonly kind: 'text' | 'flag' | 'number'
  /** One short sentence, where the field is not plain. */
  readonly help?: string
  readonly isRequired?: boolean
  /** What is wrong with a text; undefined: nothing. */
  readonly check?: (value: string) => string | undefined
}

/** What was sent, by the names of the fields; flags are 0 or 1. */
export type Values = Readonly<Record<string, string | number>>

export interface Sent {
  readonly values: Values
  /** What is wrong, by the names of the fields. */
  readonly problems: Readonly<Record<string, string>>
}

/** So many characters a text may have. */
export const MAX_TEXT = 255

/** Reads what was sent; numbers that are none stay texts, with a problem. */
export function readFields(fields: readonly Field[], form: URLSearchParams): Sent {
  const values: Record<string, string | number> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const text = (form.get(field.name) ?? '').trim()
    const problem = field.kind === 'flag' ? undefined : problemOf(field, text)
    if (problem !== undefined) problems[field.name] = problem
    values[field.name] = field.kind === 'flag' ? Number(text === 'on') : text
    if (field.kind === 'number' && problem === undefined) values[field.name] = Number(text)
  }
  return { values, problems }
}

function problemOf({ kind, isRequired, check }: Field, text: string): string | undefined {
  if (kind === 'number')
    return /^-?\d{1,6}$/.test(text) ? undefined : 'This must be a whole number of six digits at most.'
  if (text === '') return isRequired ? 'This must not be empty.' : undefined
  if (text.length > MAX_TEXT) return `This is longer than ${MAX_TEXT} characters.`
  if (/\p{Cc}/u.test(text)) return 'This has characters that cannot be seen.'
  return check?.(text)
}

/** The same fields of a row: what they were before. */
export function valuesOf(fields: readonly Field[], row: object): Values {
  const known = row as Record<string, string | number>
  return Object.fromEntries(fields.map(({ name }) => [name, known[name] ?? '']))
}

/** A pattern that an administrator wrote. */
export function checkPattern(text: string): string | undefined {
  return isPattern(text) ? undefined : 'This is no pattern that RE2 understands.'
}
