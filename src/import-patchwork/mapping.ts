import type { Schema } from '../db/schema.js'
import type { Value } from './source.js'

export type Scalar = string | number | null

export type Target = keyof Schema

/** Lookups while rows are read. */
export interface Lookups {
  /** Whether a row is here already. */
  has(table: Target, id: number): boolean
  /** The settings of a user, by user id. */
  profile(userId: number): Profile | undefined
  /** The user of a settings row. */
  ownerOf(profileId: number): number | undefined
  /** The state of new patches. */
  readonly firstState: number
  /** Converts a time of the source to the form of our tables. */
  toTime(text: string): string | undefined
}

export interface Profile {
  send_email: number
  items_per_page: number
  show_ids: number
}

/** Lookups and notes for the row that is read. */
export interface Reader extends Lookups {
  /** Records what could not be copied unchanged. */
  note(reason: string): void
}

/** Thrown for a row that cannot be copied; the message is the same for all rows with that reason. */
export class SkippedRow extends Error {}

/** The source of one of our columns. */
export interface Field {
  readonly from: string
  /** The value where the source lacks the column; without it the column is required. */
  readonly missing?: Scalar
  /** May be set to null if the row violates a unique constraint otherwise. */
  readonly mayBeCleared?: boolean
  read(value: Value, reader: Reader): Scalar
}

export type Fields = Readonly<Record<string, Field>>

/** Maps the rows of a source table to rows of our table. */
export interface Mapping {
  readonly source: string
  readonly target: Target
  /** The source column that orders the rows and names them in reports. */
  readonly key: string
  /**
   * `numbered`: rows keep their numbers, so that an import goes on behind the last one. `whole`: they have none
   * here, so each import puts in all of them, in one transaction, in the place of those before.
   */
  readonly kind: 'numbered' | 'whole'
  /** Our columns that identify a row. */
  readonly identity: readonly string[]
  readonly fields: Fields
  /** A second target table, for the long texts. */
  readonly texts?: { readonly target: Target; readonly key: string; readonly fields: Fields }
  /** Whether rows have long texts, so that fewer are read at a time. */
  readonly isLong?: boolean
  /** Our columns that can change after a row was copied; by default all of `fields`. */
  readonly changing?: readonly string[]
  /** Source columns without a meaning here. */
  readonly unused?: readonly string[]
  /** Missing in some installations. */
  readonly isOptional?: boolean
}
