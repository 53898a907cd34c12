import { Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import { existingCovers } from '../../domain/covers/queries.js'
import { existingPatches } from '../../domain/patches/queries.js'
import { findPersonIds, findSenderIds } from '../../domain/people/queries.js'
import { findNamedProject } from '../../domain/projects/queries.js'
import { existingSeries, findSeries } from '../../domain/series/queries.js'
import { findState, isUsualState, listStates, slugOfName } from '../../domain/states/queries.js'
import { findUserIds } from '../../domain/users/queries.js'
import { type Filter, InvalidValue, isNumber, noneOf, quoted, STRICT_SINCE } from './filter.js'
import { isSince, type Version } from './versions.js'

/** Filters whose values name rows, by number or otherwise. */

/**
 * Any of the rows that the values name. A blank names none: since 1.4 it is no condition, as it is for other filters, so
 * that git-pw finds the patches of all projects.
 */
function byReference(
  resolve: (db: Database, value: string, version: Version) => Promise<readonly number[] | undefined>,
  unknown: (db: Database, value: string) => Promise<InvalidValue> | InvalidValue,
): Filter<readonly number[]> {
  return {
    schema: Type.String(),
    isMultiple: true,
    async read(db, values, version) {
      const named = isSince(version, STRICT_SINCE) ? values.filter((value) => value !== '') : values
      if (named.length === 0) return undefined
      const found: number[] = []
      for (const value of named) {
        const ids = value === '' ? undefined : await resolve(db, value, version)
        if (!ids) return await unknown(db, value)
        found.push(...ids)
      }
      return found
    },
  }
}

/** Undefined if there are none. */
function unlessEmpty(ids: readonly number[]): readonly number[] | undefined {
  return ids.length > 0 ? ids : undefined
}

/** By number, or else by link name, whatever its case. */
export const project = byReference(
  async (db, value) => {
    const found = await findNamedProject(db, value)
    return found && [found.id]
  },
  (_, value) => new InvalidValue(`No project has the number or link name ${quoted(value)}.`),
)

/**
 * By number, name or slug, whatever its case: `Under Review`, `under-review`. Since 1.4 the default states of Patchwork
 * are valid even if they were removed, because clients such as pw-ci always name several of them.
 */
export const state = byReference(
  async (db, value, version) => {
    const slug = slugOfName(value)
    const found = await findState(db, slug)
    if (found) return [found.id]
    return isSince(version, STRICT_SINCE) && isUsualState(slug) ? [] : undefined
  },
  async (db, value) => {
    const states = await listStates(db)
    return noneOf(
      value,
      states.map(({ slug }) => slug),
    )
  },
)

/** By number or mail address, whatever its case. An address that only an account has is as unknown as any other. */
export const person = byReference(
  async (db, value, version) => {
    const find = isSince(version, STRICT_SINCE) ? findSenderIds : findPersonIds
    return unlessEmpty(await find(db, isNumber(value) ? { id: Number(value) } : { email: value }))
  },
  (_, value) => new InvalidValue(`Nobody with the number or mail address ${quoted(value)} has sent mail.`),
)

/** By number or user name, whatever its case. */
export const user = byReference(
  async (db, value) =>
    unlessEmpty(await findUserIds(db, isNumber(value) ? { id: Number(value) } : { username: value })),
  (_, value) => new InvalidValue(`No user has the number or name ${quoted(value)}.`),
)

/** By number. */
export const series = byReference(
  async (db, value) =>
    isNumber(value) ? unlessEmpty((await findSeries(db, Number(value))).map(({ id }) => id)) : undefined,
  (_, value) => unknownNumber('series', value),
)

/** The covers of series that are named by number. */
export const coverOfSeries = byReference(
  async (db, value) => {
    const found = isNumber(value) ? await findSeries(db, Number(value)) : []
    // A series without a cover is known all the same: beside another one it narrows nothing down.
    return unlessEmpty(found.map(({ cover_id }) => cover_id ?? 0))
  },
  (_, value) => unknownNumber('series', value),
)

function unknownNumber(noun: string, value: string): InvalidValue {
  return new InvalidValue(`No ${noun} has the number ${quoted(value)}.`)
}

/** The number of a row; the last of the values decides. */
function byNumber(
  noun: string,
  existing: (db: Database, ids: readonly number[]) => Promise<number[]>,
): Filter<readonly number[]> {
  return {
    schema: Type.Integer({ minimum: 0 }),
    async read(db, values, version) {
      const value = values.at(-1) ?? ''
      if (value === '') return undefined
      if (!isNumber(value)) return unknownNumber(noun, value)
      const ids = [Number(value)]
      if (!isSince(version, STRICT_SINCE)) return ids
      return unlessEmpty(await existing(db, ids)) ?? unknownNumber(noun, value)
    },
  }
}

export const seriesNumber = byNumber('series', existingSeries)

export const patchNumber = byNumber('patch', existingPatches)

export const coverNumber = byNumber('cover letter', existingCovers)

/** The most patches or series that one request names. */
const MAX_NAMED = 250

/** Rows by number, read by one statement. */
function byNumbers(
  noun: string,
  existing: (db: Database, ids: readonly number[]) => Promise<number[]>,
): Filter<readonly number[]> {
  return {
    schema: Type.Integer({ minimum: 1 }),
    isMultiple: true,
    async read(db, values) {
      const written = values.flatMap((value) => (value === '' ? [] : value.split(',')))
      if (written.length > MAX_NAMED) return new InvalidValue(`At most ${MAX_NAMED} can be named at once.`)
      if (!written.every(isNumber)) return new InvalidValue('A number is required.')
      if (written.length === 0) return undefined
      const ids = written.map(Number)
      const there = new Set(await existing(db, ids))
      const missing = ids.find((id) => !there.has(id))
      return missing === undefined ? ids : unknownNumber(noun, String(missing))
    },
  }
}

export const patchNumbers = byNumbers('patch', existingPatches)

export const seriesNumbers = byNumbers('series', existingSeries)
