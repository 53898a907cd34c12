import type { Schema } from '../db/schema.js'
import type { Value } from './source.js'

export type Scalar = string | number | null

export type Target = keyof Schema

/** What is known while rows are read. */
export interface Lookups {
  /** The rows that are here already, by their tables. */
  has(table: Target, id: number): boolean
  /** The settings of a user, by the user's number. */
  profile(userId: number): Profile | undefined
  /** Whose settings have that number. */
  ownerOf(profileId: number): number | undefined
  /** The state of new patches. */
  readonly firstState: number
  /** The moment that a text of the source means, as our tables have it. */
  toTime(text: string): string | undefined
}

export interface Profile {
  send_email: number
  items_per_page: number
  show_ids: number
}

/** One row while it is read. */
export interface Reader extends Lookups {
  /** Says what could not be carried as it was. */
  note(reason: string): void
}

/** Thrown for a row that cannot be carried; its message says why, in words that all such rows share. */
export class SkippedRow extends Error {}

/** Where a column of ours comes from. */
export interface Field {
  readonly from: string
  /** What stands here where the source has no such column; without it, the column must be there. */
  readonly missing?: Scalar
  /** May be set to null where the row cannot stay otherwise: its unique place is taken. */
  readonly mayBeCleared?: boolean
  read(value: Value, reader: Reader): Scalar
}

export type Fields = Readonly<Record<string, Field>>

/** Which rows of theirs become which of ours. */
export interface Mapping {
  readonly source: string
  readonly target: Target
  /** The column of theirs that orders the rows and names them in reports. */
  readonly key: string
  /**
   * `numbered`: rows keep their numbers, so that an import goes on behind the last one. `whole`: they have none
   * here, so each import puts in all of them, in one transaction, in the place of those before.
   */
  readonly kind: 'numbered' | 'whole'
  /** The columns of ours that tell a row from all others. */
  readonly identity: readonly string[]
  readonly fields: Fields
  /** A second table of ours, with the long texts. */
  readonly texts?: { readonly target: Target; readonly key: string; readonly fields: Fields }
  /** Whether rows have long texts, so that fewer are held at a time. */
  readonly isLong?: boolean
  /** Our columns that change there in the life of a row; all of `fields` where this is not given. */
  readonly changing?: readonly string[]
  /** Columns of theirs that have no meaning here. */
  readonly unused?: readonly string[]
  /** Not there in every installation. */
  readonly isOptional?: boolean
}
