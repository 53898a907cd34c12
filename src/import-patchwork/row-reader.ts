import {
  type Field,
  type Fields,
  type Lookups,
  type Mapping,
  type Profile,
  type Reader,
  type Scalar,
  SkippedRow,
  type Target,
} from './mapping.js'
import type { Value } from './source.js'

export type Row = Record<string, Scalar>

/** The result of reading one row of the source. */
export interface ReadRow {
  /** Names it in reports. */
  readonly key: string
  readonly row: Row
  readonly texts: Row | undefined
  /** What could not be carried as it was; with `isSkipped`, why it cannot be carried at all. */
  readonly reasons: readonly string[]
  readonly isSkipped: boolean
}

/** Reads the rows of one table. */
export interface RowReader {
  /** The columns of theirs that it reads, in the order that it wants their values; the key is one more behind. */
  readonly columns: readonly string[]
  readonly read: (values: readonly Value[]) => ReadRow
}

interface Slot {
  readonly name: string
  readonly field: Field
  /** Where the value stands; undefined where the source has no such column. */
  readonly place: number | undefined
}

/**
 * Creates the reader of a table, for all columns or only the target columns in `only`. `available` are the columns of
 * the source.
 */
export function rowReader(
  mapping: Mapping,
  available: readonly string[],
  lookups: Lookups,
  only?: readonly string[],
): RowReader {
  const columns: string[] = []
  const place = ({ from, missing }: Field): number | undefined => {
    if (missing !== undefined && !available.includes(from)) return undefined
    if (!columns.includes(from)) columns.push(from)
    return columns.indexOf(from)
  }
  const slotsOf = (fields: Fields): Slot[] =>
    Object.entries(fields).map(([name, field]) => ({ name, field, place: place(field) }))
  const slots = slotsOf(only ? pick(mapping.fields, only) : mapping.fields)
  const texts = mapping.texts && !only ? slotsOf(mapping.texts.fields) : undefined
  const notes = new Notes(lookups)
  return {
    columns,
    read: (values) => readRow(values, columns.length, notes, slots, texts),
  }
}

/** Lookups for one row after the other; collects the notes on the current row. */
class Notes implements Reader {
  readonly reasons = new Set<string>()
  readonly #lookups: Lookups

  constructor(lookups: Lookups) {
    this.#lookups = lookups
  }

  get firstState(): number {
    return this.#lookups.firstState
  }

  has(table: Target, id: number): boolean {
    return this.#lookups.has(table, id)
  }

  profile(userId: number): Profile | undefined {
    return this.#lookups.profile(userId)
  }

  ownerOf(profileId: number): number | undefined {
    return this.#lookups.ownerOf(profileId)
  }

  toTime(text: string): string | undefined {
    return this.#lookups.toTime(text)
  }

  note(reason: string): void {
    this.reasons.add(reason)
  }
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/** As much of a key as reports show: a key may be a text of any length. */
const MAX_KEY = 200

function keyOf(value: Value | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value).slice(0, MAX_KEY)
}

function readRow(
  values: readonly Value[],
  keyPlace: number,
  notes: Notes,
  slots: readonly Slot[],
  texts: readonly Slot[] | undefined,
): ReadRow {
  notes.reasons.clear()
  const key = keyOf(values[keyPlace])
  const read = (list: readonly Slot[]): Row => {
    const row: Row = {}
    for (const { name, field, place } of list)
      row[name] = place === undefined ? (field.missing ?? null) : field.read(values[place] as Value, notes)
    return row
  }
  try {
    if (key === undefined) throw new SkippedRow('its line in the dump cannot be taken apart')
    const row = read(slots)
    const long = texts && read(texts)
    return { key, row, texts: long, reasons: [...notes.reasons], isSkipped: false }
  } catch (error) {
    if (!(error instanceof SkippedRow)) throw error
    return { key: key ?? '?', row: {}, texts: undefined, reasons: [error.message], isSkipped: true }
  }
}
