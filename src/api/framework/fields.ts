import { Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import { existingPatches } from '../../domain/patches/queries.js'
import { existingSeries } from '../../domain/series/queries.js'
import { findState, listStates, slugOfName } from '../../domain/states/queries.js'
import { usersById } from '../../domain/users/queries.js'
import { Invalid } from '../../util/errors.js'
import { abridge, hasNullCharacter, NULL_CHARACTER_REFUSED } from '../../util/text.js'
import {
  isWebAddress,
  MAX_REFERENCE,
  parseSeriesReference,
  SERIES_REFERENCE,
  type SeriesReference,
} from '../../util/urls.js'
import { type Field, FieldError, type Fields, readFields, typeName, type Values } from './body.js'
import { since, type Version } from './versions.js'

/** The kinds of fields that can be sent. */

/** Marks a field as new in a version. */
export function addedIn<T>(version: Version, field: Field<T>): Field<T> {
  return { ...field, schema: since(version, field.schema) }
}

/** A text that has something besides white space. */
const NOT_BLANK = { minLength: 1, pattern: '\\S' }

const NULL = 'This field may not be null.'

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
    async read(value, db) {
      const body = await inner.read(value, db)
      if (body && !isAddress(body)) throw new FieldError('Enter a valid URL.')
      return body
    },
  }
}

const SLUG = /^[-a-zA-Z0-9_]+$/

/** A word for addresses and the command line. */
export function slug(description: string, options: TextOptions): Field<string> {
  const inner = text(description, { ...options, keywords: { pattern: SLUG.source } })
  return {
    ...inner,
    async read(value, db) {
      const body = await inner.read(value, db)
      if (!SLUG.test(body))
        throw new FieldError('Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.')
      return body
    },
  }
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
function inWords(value: unknown): string {
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

/** An id from JSON or a form. */
function readId(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'string' && /^\s*\d{1,20}\s*$/.test(value)) return Number(value)
  throw new FieldError(`Incorrect type. Expected pk value, received ${typeName(value)}.`)
}

function missing(id: number): string {
  return `Invalid pk "${id}" - object does not exist.`
}

/** The numbers that a row can have. */
const ID = { minimum: 1, maximum: 2_147_483_647 }

function isInRange(id: number): boolean {
  return id >= ID.minimum && id <= ID.maximum
}

/** A user by their number, or null for none. */
export function userOrNull(description: string): Field<number | null> {
  return {
    schema: Type.Union([Type.Integer(ID), Type.Null()], { description }),
    isRequired: true,
    async read(value, db) {
      if (value === null || value === '') return null
      const id = readId(value)
      if (!isInRange(id) || (await usersById(db, [id])).length === 0) throw new FieldError(missing(id))
      return id
    },
  }
}

/** A series by its number, or by its address in the API or on the pages. */
export function series(description: string): Field<SeriesReference> {
  return {
    schema: Type.Union(
      [Type.Integer(ID), Type.String({ maxLength: MAX_REFERENCE, pattern: SERIES_REFERENCE })],
      {
        description,
      },
    ),
    isRequired: true,
    async read(value, db) {
      if (value === null || value === '') throw new FieldError(NULL)
      const reference = parseSeriesReference(String(readSeriesText(value)))
      if (!reference) throw new FieldError(`Invalid series ${inWords(value)}. Expected its number or URL.`)
      const { id } = reference
      if (!isInRange(id) || (await existingSeries(db, [id])).length === 0) throw new FieldError(missing(id))
      return reference
    },
  }
}

function readSeriesText(value: unknown): string | number {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value
  throw new FieldError(`Incorrect type. Expected pk value, received ${typeName(value)}.`)
}

/** Maximum number of patches in a request; nobody selects more by hand. */
export const MAX_PATCHES = 10_000

/**
 * A list of patches by id, without repetitions, in the order of the request, up to a limit. `least` is only for the
 * OpenAPI document: the resource decides what a shorter list means.
 */
export function patches(
  description: string,
  isRequired: boolean,
  most = MAX_PATCHES,
  least = 0,
): Field<number[]> {
  const patch = Type.Integer({ ...ID, description: 'Number of a patch.' })
  return {
    schema: Type.Array(patch, { description, maxItems: most, ...(least > 0 ? { minItems: least } : {}) }),
    isRequired,
    isList: true,
    async read(value, db) {
      if (value === null) throw new FieldError(NULL)
      if (!Array.isArray(value))
        throw new FieldError(`Expected a list of items but got type "${typeName(value)}".`)
      if (value.length > most) throw new FieldError(`Ensure this field has no more than ${most} elements.`)
      const ids = [...new Set(value.map(readId))]
      const existing = new Set(await existingPatches(db, ids.filter(isInRange)))
      const unknown = ids.filter((id) => !existing.has(id))
      if (unknown.length > 0) throw new FieldError(...unknown.map(missing))
      return ids
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
    async read(value, db: Database) {
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        throw FieldError.within({
          non_field_errors: [`Invalid data. Expected a dictionary, but got ${typeName(value)}.`],
        })
      try {
        return await readFields(db, value as Record<string, unknown>, fields, true)
      } catch (error) {
        if (error instanceof Invalid && error.fields) throw FieldError.within(error.fields)
        throw error
      }
    },
  }
}
