import { Type } from 'typebox'
import { existingPatches } from '../../domain/patches/queries.js'
import { existingSeries } from '../../domain/series/queries.js'
import { findUserByNameOrAddress, usersById } from '../../domain/users/queries.js'
import {
  MAX_REFERENCE,
  parseSeriesReference,
  SERIES_REFERENCE,
  type SeriesReference,
} from '../../util/urls.js'
import { type Field, FieldError, typeName } from './body.js'
import { inWords, NULL, text } from './fields.js'
import { isSince, since } from './versions.js'

/** Fields that name rows. */

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

/** The number of a row, which the command looks for. */
export function rowNumber(description: string): Field<number> {
  return {
    schema: Type.Integer({ ...ID, description }),
    read(value) {
      if (value === null || value === '') throw new FieldError(NULL)
      const id = readId(value)
      if (!isInRange(id)) throw new FieldError(missing(id))
      return id
    },
  }
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

/** A user by number, or since 1.4 by user name or mail address; null for none. */
export function delegateOrNull(description: string): Field<number | null> {
  const byNumber = userOrNull(description)
  const name = text('User name or mail address.', { max: MAX_USER })
  return {
    ...byNumber,
    schema: Type.Union([Type.Integer(ID), since('1.4', name.schema), Type.Null()], { description }),
    async read(value, db, version) {
      const isName = typeof value === 'string' && !/^\s*\d*\s*$/.test(value)
      if (!isName || !isSince(version, '1.4')) return await byNumber.read(value, db, version)
      const user = await findUserByNameOrAddress(db, await name.read(value, db, version))
      if (!user) throw new FieldError(`There is no user "${inWords(value)}".`)
      return user.id
    },
  }
}

/** Characters of a user name or an address. */
const MAX_USER = 255

/** A series by its number, or by its address in the API or on the pages. */
export function series(description: string): Field<SeriesReference> {
  return {
    schema: Type.Union(
      [Type.Integer(ID), Type.String({ maxLength: MAX_REFERENCE, pattern: SERIES_REFERENCE })],
      { description },
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
