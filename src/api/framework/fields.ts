import { Type } from 'typebox'
import { findState, listStates, slugOfName } from '../../domain/states/queries.js'
import { Invalid } from '../../util/errors.js'
import { abridge, hasNullCharacter, NULL_CHARACTER_REFUSED } from '../../util/text.js'
import { isWebAddress } from '../../util/urls.js'
import { type Field, FieldError, type Fields, readFields, typeName, type Values } from './body.js'
import { since, type Version } from './versions.js'

/** The kinds of fields that can be sent. */

/** Marks a field as new in a version. */
export function addedIn<T>(version: Version, field: Field<T>): Field<T> {
  return { ...field, schema: since(version, field.schema) }
}

/** A text that has something besides white space. */
const NOT_BLANK = { minLength: 1, pattern: '\\S' }

/** The error of a value that is null where that means nothing. */
export const NULL = 'This field may not be null.'

interface TextOptions {
  max: number
  isRequired?: boolean
  /** Whether it may be sent as null, which blank then means as well. */
  isNullable?: boolean
  mayBeBlank?: boolean
  /** Further constraints, as the document states them. */
  keywords?: { readonly format?: string; readonly pattern?: string }
}

function readText(value: unknown, max: number): string {
  if (typeof value === 'boolean' || (typeof value !== 'string' && typeof value !== 'number'))
    throw new FieldError('Not a valid string.')
  const text = String(value).trim()
  if (hasNullCharacter(text)) throw new FieldError(NULL_CHARACTER_REFUSED)
  if (!text.isWellFormed()) throw new FieldError('Surrogate characters are not allowed.')
  // The limit counts characters, not the halves that JavaScript sees of some.
  if (text.length > max && Array.from(text).length > max)
    throw new FieldError(`Ensure this field has no more than ${max} characters.`)
  return text
}

/** A line of text. */
export function text(description: string, options: TextOptions & { isNullable: true }): Field<string | null>
export function text(description: string, options: TextOptions): Field<string>
export function text(
  description: string,
  { max, isRequired = false, isNullable = false, mayBeBlank = false, keywords = {} }: TextOptions,
): Field<string | null> {
  const blank = isNullable || mayBeBlank ? {} : NOT_BLANK
  const schema = Type.String({ ...blank, maxLength: max, ...keywords })
  return {
    schema: isNullable ? Type.Union([schema, Type.Null()], { description }) : { ...schema, description },
    isRequired,
    read(value) {
      if (value === null || value === undefined) {
        if (isNullable) return null
        throw new FieldError(NULL)
      }
      const body = readText(value, max)
      if (body !== '') return body
      if (isNullable) return null
      if (mayBeBlank) return ''
      throw new FieldError('This field may not be blank.')
    },
  }
}

const SCHEMES = ['http', 'https', 'ftp', 'ftps']

function isAddress(value: string): boolean {
  if (!isWebAddress(value, SCHEMES)) return false
  const { hostname } = new URL(value)
  return hostname.includes('.') || hostname === 'localhost' || hostname.startsWith('[')
}

/** The same as a pattern, for the document. */
const ADDRESS = { format: 'uri', pattern: '^(?:https?|ftps?)://\\S+$' }

/** An address in the web. */
export function webAddress(
  description: string,
  options: TextOptions & { isNullable: true },
): Field<string | null>
export function webAddress(description: string, options: TextOptions): Field<string>
export function webAddress(description: string, options: TextOptions): Field<string | null> {
  const inner: Field<string | null> = text(description, { ...options, keywords: ADDRESS })
  return {
    ...inner,
    async read(value, db, version) {
      const body = await inner.read(value, db, version)
      if (body && !isAddress(body)) throw new FieldError('Enter a valid URL.')
      return body
    },
  }
}

/** A text of a pattern, which the document has too; `sentence` refuses others. */
function matching(
  description: string,
  pattern: RegExp,
  sentence: string,
  options: TextOptions & { isNullable: true },
): Field<string | null>
function matching(description: string, pattern: RegExp, sentence: string, options: TextOptions): Field<string>
function matching(
  description: string,
  pattern: RegExp,
  sentence: string,
  options: TextOptions,
): Field<string | null> {
  const inner: Field<string | null> = text(description, { ...options, keywords: { pattern: pattern.source } })
  return {
    ...inner,
    async read(value, db, version) {
      const body = await inner.read(value, db, version)
      if (body !== null && !pattern.test(body)) throw new FieldError(sentence)
      return body
    },
  }
}

/** A word for addresses and the command line. */
export function slug(description: string, options: TextOptions): Field<string> {
  const sentence = 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.'
  return matching(description, /^[-a-zA-Z0-9_]+$/, sentence, options)
}

/** A git hash, perhaps abbreviated, or null. */
export function hashOrNull(description: string): Field<string | null> {
  const sentence = 'Enter between 4 and 64 hexadecimal digits.'
  return matching(description, /^[0-9a-fA-F]{4,64}$/, sentence, { max: 64, isNullable: true })
}

/** A name that a program gives to something. */
export function programName(description: string, options: TextOptions): Field<string> {
  return matching(description, /^[ -~]+$/, 'Only printable ASCII characters are allowed.', options)
}

const TRUE = new Set<unknown>([
  't',
  'y',
  'yes',
  'true',
  'on',
  '1',
  'T',
  'Y',
  'Yes',
  'YES',
  'True',
  'TRUE',
  'On',
  'ON',
  1,
  true,
])
const FALSE = new Set<unknown>([
  'f',
  'n',
  'no',
  'false',
  'off',
  '0',
  'F',
  'N',
  'No',
  'NO',
  'False',
  'FALSE',
  'Off',
  'OFF',
  0,
  false,
])

function readFlag(value: unknown): boolean {
  if (TRUE.has(value)) return true
  if (FALSE.has(value)) return false
  throw new FieldError('Must be a valid boolean.')
}

/** Yes or no, in any of the spellings that clients have. */
export function flag(description: string): Field<boolean> {
  return {
    schema: Type.Boolean({ description }),
    unticked: false,
    read(value) {
      if (value === null) throw new FieldError(NULL)
      return readFlag(value)
    },
  }
}

/** Yes, no, or null for neither. */
export function flagOrNull(description: string): Field<boolean | null> {
  return {
    schema: Type.Union([Type.Boolean(), Type.Null()], { description }),
    isRequired: true,
    read: (value) => (value === null || value === '' || value === 'null' ? null : readFlag(value)),
  }
}

/** A whole number from `least`, by default 0, to `most`. */
export function count(description: string, most = 2_147_483_647, least = 0): Field<number> {
  return {
    schema: Type.Integer({ description, minimum: least, maximum: most }),
    read(value) {
      if (value === null) throw new FieldError(NULL)
      const body = typeof value === 'string' && /^\s*[+-]?\d{1,20}\s*$/.test(value) ? Number(value) : value
      if (typeof body !== 'number' || !Number.isInteger(body))
        throw new FieldError('A valid integer is required.')
      if (body < least) throw new FieldError(`Ensure this value is greater than or equal to ${least}.`)
      if (body > most) throw new FieldError(`Ensure this value is less than or equal to ${most}.`)
      return body
    },
  }
}

/** A state of a patch: its slug, its name or its number. */
export function state(description: string): Field<number> {
  return {
    schema: Type.Union([Type.String(), Type.Integer()], { description }),
    isRequired: true,
    async read(value, db) {
      if (value === null || value === '') throw new FieldError(NULL)
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new FieldError(`Incorrect type. Expected string value, received ${typeName(value)}.`)
      const found = await findState(db, slugOfName(String(value).trim()))
      if (found) return found.id
      const known = (await listStates(db)).map((one) => one.slug).join(', ')
      throw new FieldError(`Invalid state ${inWords(value)}. Expected one of: ${known}.`)
    },
  }
}

/** Longer values are quoted by their beginning. */
const MAX_QUOTE = 100

/** A value as an error message quotes it; of one that has others in it, the type. */
export function inWords(value: unknown): string {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return isScalar ? abridge(String(value), MAX_QUOTE) : typeName(value)
}

/** One of some names, or its place among them. */
export function choice(description: string, names: readonly string[]): Field<number> {
  return {
    schema: Type.Union(
      [Type.String({ enum: [...names] }), Type.Integer({ minimum: 0, maximum: names.length - 1 })],
      {
        description,
      },
    ),
    read(value) {
      if (value === null) throw new FieldError(NULL)
      const index = names.findIndex(
        (name, place) => name === value || String(place) === value || place === value,
      )
      if (index < 0) throw new FieldError(`"${inWords(value)}" is not a valid choice.`)
      return index
    },
  }
}

/** One of some words. */
export function word(description: string, words: readonly string[]): Field<string> {
  return {
    schema: Type.String({ description, enum: [...words] }),
    read(value) {
      if (value === null) throw new FieldError(NULL)
      const found = words.find((each) => each === value)
      if (found === undefined) throw new FieldError(`Expected one of: ${words.join(', ')}.`)
      return found
    },
  }
}

/** Fields within a field; sent in part, the others stay as they are. */
export function within<F extends Fields>(description: string, fields: F): Field<Values<F>> {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, { schema }]) => [name, Type.Optional(schema)]),
  )
  return {
    schema: Type.Object(properties, { description }),
    async read(value, db, version) {
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        throw FieldError.within({
          non_field_errors: [`Invalid data. Expected a dictionary, but got ${typeName(value)}.`],
        })
      try {
        return await readFields(db, value as Record<string, unknown>, fields, true, version)
      } catch (error) {
        if (error instanceof Invalid && error.fields) throw FieldError.within(error.fields)
        throw error
      }
    },
  }
}
