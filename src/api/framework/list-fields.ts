import { type TSchema, Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import { findNamedProject } from '../../domain/projects/queries.js'
import { findUserIds, type UserRow, usersById } from '../../domain/users/queries.js'
import { abridge, hasNullCharacter } from '../../util/text.js'
import { type Field, FieldError, typeName } from './body.js'
import { isNumber } from './filter.js'
import { parseTime } from './filters.js'

/** Fields that are lists, names of rows, or moments. */

/** Maximum number of items that are read; the rules of each subject may allow fewer. */
const MAX_ITEMS = 250

const MAX_QUOTE = 100

function readItems(value: unknown, most = MAX_ITEMS): (string | number)[] {
  if (!Array.isArray(value))
    throw new FieldError(`Expected a list of items but got type "${typeName(value)}".`)
  if (value.length > most) throw new FieldError(`Ensure this field has no more than ${most} elements.`)
  return [...new Set(value as unknown[])].map(readName)
}

function readName(value: unknown): string | number {
  if (typeof value !== 'string' && typeof value !== 'number') throw new FieldError('Not a valid string.')
  if (typeof value === 'string' && (hasNullCharacter(value) || !value.isWellFormed()))
    throw new FieldError('Not a valid string.')
  return value
}

/** A list of some of the names. */
export function choices<Name extends string>(description: string, names: readonly Name[]): Field<Name[]> {
  return {
    schema: Type.Array(Type.Enum([...names]), { description, maxItems: names.length, uniqueItems: true }),
    isRequired: true,
    isList: true,
    read: (value) =>
      readItems(value).map((item) => {
        const name = names.find((each) => each === item)
        if (name === undefined)
          throw new FieldError(`"${abridge(String(item), MAX_QUOTE)}" is not a valid choice.`)
        return name
      }),
  }
}

/** The same, at least one, or null. */
export function choicesOrNull<Name extends string>(
  description: string,
  names: readonly Name[],
): Field<Name[] | null> {
  const inner = choices(description, names)
  return {
    schema: Type.Union([{ ...inner.schema, minItems: 1 }, Type.Null()], { description }),
    isList: true,
    read: (value, db, version) => (value === null ? null : inner.read(value, db, version)),
  }
}

/** A list of lines of text, or null. */
export function linesOrNull(description: string, item: TSchema): Field<string[] | null> {
  return {
    schema: Type.Union([Type.Array(item, { maxItems: MAX_ITEMS }), Type.Null()], { description }),
    isList: true,
    read: (value) => (value === null ? null : readItems(value).map(String)),
  }
}

/** A list of words, each of which matches a pattern. */
export function words(
  description: string,
  { pattern, max, most }: { pattern: string; max: number; most: number },
): Field<string[]> {
  const item = Type.String({ pattern, maxLength: max })
  const form = new RegExp(pattern)
  return {
    schema: Type.Array(item, { description, maxItems: most }),
    isList: true,
    read: (value) => {
      const items = readItems(value, most).map(String)
      const wrong = items.find((one) => one.length > max || !form.test(one))
      if (wrong !== undefined)
        throw new FieldError(
          `"${abridge(wrong, MAX_QUOTE)}" is no word of letters, digits, hyphens and underscores.`,
        )
      return items
    },
  }
}

/** A list of projects by number or link name, or null. */
export function projectsOrNull(description: string): Field<number[] | null> {
  const item = Type.Union([Type.String(), Type.Integer({ minimum: 1 })])
  return {
    schema: Type.Union([Type.Array(item, { maxItems: MAX_ITEMS }), Type.Null()], { description }),
    isList: true,
    async read(value, db) {
      if (value === null) return null
      const found: number[] = []
      for (const name of readItems(value).map(String)) {
        const project = await findNamedProject(db, name)
        if (!project) throw new FieldError(`There is no project "${abridge(name, MAX_QUOTE)}".`)
        found.push(project.id)
      }
      return [...new Set(found)]
    },
  }
}

/** An account by number or user name. */
export function userByName(description: string): Field<UserRow> {
  return {
    schema: Type.Union([Type.String(), Type.Integer({ minimum: 1 })], { description }),
    async read(value, db) {
      const user = await findByName(db, String(readName(value)))
      if (!user) throw new FieldError(`There is no user "${abridge(String(value), MAX_QUOTE)}".`)
      return user
    },
  }
}

async function findByName(db: Database, name: string): Promise<UserRow | undefined> {
  const [id] = await findUserIds(db, isNumber(name) ? { id: Number(name) } : { username: name })
  return id === undefined ? undefined : (await usersById(db, [id]))[0]
}

/** A moment, or null. */
export function momentOrNull(description: string): Field<string | null> {
  return {
    schema: Type.Union([Type.String({ format: 'date-time' }), Type.String({ format: 'date' }), Type.Null()], {
      description,
    }),
    read(value) {
      if (value === null || value === '') return null
      const time = typeof value === 'string' ? parseTime(value) : undefined
      if (time === undefined)
        throw new FieldError('A date, perhaps with a time, is required, such as 2026-11-23T10:00:00Z.')
      return time
    },
  }
}
