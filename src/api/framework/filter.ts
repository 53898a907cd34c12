import type { TSchema } from 'typebox'
import type { Database, Time } from '../../db/schema.js'
import type { Version } from './versions.js'

/**
 * Translates the parameters of the API's lists to the filters of `domain/`. One rule decides here which values are
 * invalid: those that are not a number, date, boolean or hash where one is required, those outside a fixed set, and names
 * of unknown projects, states, people, users, series, patches and covers. Message ids, change ids, contexts and words may
 * be any text.
 */

/** Result of an invalid value: no row matches. Only versions before `STRICT_SINCE` have it. */
export const MATCHES_NOTHING = Symbol('nothing')

/** The first version that refuses invalid values; deployed clients rely on what older ones do instead. */
export const STRICT_SINCE: Version = '1.4'

/** An invalid value of a filter. */
export class InvalidValue {
  /** What is wrong, in one sentence. */
  readonly sentence: string
  /** Whether older versions ignore it; otherwise no row matches there. */
  readonly isIgnored: boolean

  constructor(sentence: string, isIgnored = false) {
    this.sentence = sentence
    this.isIgnored = isIgnored
  }
}

/** How the values of a query parameter are read: they become one field of a filter. */
export interface Filter<V> {
  /** One value of it, for the documentation. */
  readonly schema: TSchema
  /** Given several times it means any of them; else the last one counts. */
  readonly isMultiple?: boolean
  /**
   * Translates `values`; undefined: no condition. An answer that depends on the time, which `clock` reads, is not
   * remembered. The list decides by its version what an `InvalidValue` does.
   */
  read(
    db: Database,
    values: string[],
    version: Version,
    clock: () => Time,
  ): Promise<V | InvalidValue | undefined>
}

const NUMBER = /^\d{1,9}$/

export function isNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** The most characters of a value that an error repeats. */
const MAX_REPEATED = 100

/** A value as errors repeat it. */
export function quoted(value: string): string {
  return `"${value.length > MAX_REPEATED ? `${value.slice(0, MAX_REPEATED)}…` : value}"`
}

/** A value that is not among those that there are. */
export function noneOf(value: string, names: readonly string[]): InvalidValue {
  return new InvalidValue(`${quoted(value)} is not a valid choice. Expected one of: ${names.join(', ')}.`)
}

/** The last of the values decides, unless it is blank. */
export function single<V>(
  schema: TSchema,
  parse: (value: string, version: Version, clock: () => Time) => V | InvalidValue,
): Filter<V> {
  return {
    schema,
    async read(_, values, version, clock) {
      const value = values.at(-1) ?? ''
      return value === '' ? undefined : parse(value, version, clock)
    },
  }
}
