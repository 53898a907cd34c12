import type { Rule } from '../../domain/rule.js'
import { type Conflict, type EditConflict, Invalid } from '../../util/errors.js'

/** A field of a form; the administration forms are tables of fields. */
export interface Field<Name extends string = string> {
  readonly name: Name
  readonly label: string
  readonly kind: 'text' | 'flag' | 'number' | 'choice'
  /** The values of a choice, with their labels. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  /** One short sentence, where the field is not plain. */
  readonly help?: string
  readonly isRequired?: boolean
  /** Whether a form without the field leaves its value as it is. */
  readonly isOptional?: boolean
  /** The rule for a text; every text has one. */
  readonly rule?: Rule
  /** The limit of a text, in characters, by default MAX_TEXT; the largest number. */
  readonly max?: number
  /** The smallest number. */
  readonly min?: number
  /** The value of the `autocomplete` attribute. */
  readonly autocomplete?: string
}

/** The submitted values, by field name; flags are 0 or 1. */
export type Values = Readonly<Record<string, string | number>>

export interface Sent {
  readonly values: Values
  /** Error messages, by field name. */
  readonly problems: Readonly<Record<string, string>>
  /** The values of the fields when the form was shown; undefined for a new row. */
  readonly shown?: Values | undefined
}

/** The first problem of each field that an error names. If it names none, its message is the problem of `otherwise`. */
export function problemsIn(error: Invalid | Conflict, otherwise: string): Sent['problems'] {
  const fields = error instanceof Invalid ? Object.entries(error.fields ?? {}) : []
  if (fields.length === 0) return { [otherwise]: error.message }
  return Object.fromEntries(fields.map(([name, sentences]) => [name, String([sentences].flat()[0])]))
}

/** Name prefix of hidden fields that store the value of a field when the form was shown. */
export const SHOWN = 'was_'

/**
 * Parses a submitted form; invalid numbers stay texts, with an error. A text that is equal to its value in `before`
 * is always valid: a value that an older version accepted does not prevent other changes.
 */
export function readFields(fields: readonly Field[], form: URLSearchParams, before: object = {}): Sent {
  const known = before as Readonly<Record<string, unknown>>
  const shown = readShown(fields, form)
  const values: Record<string, string | number> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    if (field.isOptional === true && !form.has(field.name)) continue
    const text = (form.get(field.name) ?? '').trim()
    const isSame = [known[field.name], shown?.[field.name]].includes(text)
    const problem = field.kind === 'flag' || isSame ? undefined : problemOf(field, text)
    if (problem !== undefined) problems[field.name] = problem
    values[field.name] = field.kind === 'flag' ? Number(text === 'on') : text
    if (field.kind === 'number' && problem === undefined) values[field.name] = Number(text)
  }
  return { values, problems, ...(shown ? { shown } : {}) }
}

/** The values that the fields had when the form was shown; undefined if the form does not contain them. */
function readShown(fields: readonly Field[], form: URLSearchParams): Values | undefined {
  const known = fields.filter(({ name }) => form.has(SHOWN + name))
  if (known.length === 0) return undefined
  return Object.fromEntries(
    known.map(({ name, kind }) => {
      const text = form.get(SHOWN + name) ?? ''
      return [name, kind === 'text' || kind === 'choice' ? text : Number(text)]
    }),
  )
}

function problemOf({ kind, rule, min, max, choices = [] }: Field, text: string): string | undefined {
  if (kind === 'choice')
    return choices.some(({ value }) => value === text) ? undefined : 'This is none of the choices.'
  if (kind !== 'number') return rule?.(text)
  const number = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (min !== undefined && max !== undefined)
    return number >= min && number <= max ? undefined : `This must be a number from ${min} to ${max}.`
  return Number.isNaN(number) ? 'This must be a whole number of six digits at most.' : undefined
}

/** The current values of these fields in a row. */
export function valuesOf(fields: readonly Field[], row: object): Values {
  const known = row as Record<string, string | number>
  return Object.fromEntries(fields.map(({ name }) => [name, known[name] ?? '']))
}

/** The form of a row before any input. */
export function unchanged(fields: readonly Field[], row: object): Sent {
  const values = valuesOf(fields, row)
  return { values, problems: {}, shown: values }
}

/** The fields that differ from the values when the form was shown. */
export function changedValues({ values, shown }: Sent): Values {
  if (!shown) return values
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => !isShown(shown, name, value)))
}

/** A browser does not send spaces at the ends of a value. */
function isShown(shown: Values, name: string, value: string | number): boolean {
  const before = shown[name]
  return before === value || (typeof before === 'string' && before.trim() === value)
}

/**
 * The form after a conflict: fields that were typed keep their text, with the other's value beside them, and all
 * other fields show the current values. Sending it again writes it.
 */
export function inConflict(
  fields: readonly Field[],
  sent: Sent,
  { fields: names, current }: EditConflict,
): Sent {
  const shown = valuesOf(fields, current)
  const problems = fields
    .filter(({ name }) => names.includes(name))
    .map((field) => [
      field.name,
      `Somebody else changed this in the meantime: it is ${describe(field, shown)} now. Save again to replace it.`,
    ])
  return { values: { ...shown, ...changedValues(sent) }, problems: Object.fromEntries(problems), shown }
}

function describe({ name, kind }: Field, values: Values): string {
  const value = values[name]
  if (kind === 'flag') return value === 1 ? '“on”' : '“off”'
  return value === '' ? 'empty' : `“${value}”`
}
