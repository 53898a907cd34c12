import type { Database } from '../../db/schema.js'
import { isCombinedCheck } from '../../domain/checks/combined-filter.js'
import type { Clock } from '../../domain/checks/rules.js'
import type { PatchFilter } from '../../domain/patches/filter.js'
import { findPersonGroup } from '../../domain/people/queries.js'
import { searchWords } from '../../domain/search-words.js'
import { seriesById } from '../../domain/series/queries.js'
import { findState } from '../../domain/states/queries.js'
import { usersById } from '../../domain/users/queries.js'
import { type ListQuery, queryWith } from '../framework/list-query.js'

/** One condition of a filter, in words. */
export interface Condition {
  readonly name: string
  readonly value: string
  /** The query of the same list without it; undefined if it cannot be removed. */
  readonly without: string | undefined
  /** The page about the value. */
  readonly href?: string
}

/** The filter of a list, for the database and for display. */
export interface Filtering {
  readonly filter: PatchFilter
  readonly conditions: readonly Condition[]
}

type Read = (db: Database, value: string, query: ListQuery, clock: Clock) => Promise<Filtering>

/** In the order in which people read them; `state` and `archive` say something even where they are absent. */
const READERS: readonly (readonly [name: string, read: Read, isAlways?: boolean])[] = [
  ['series', readSeries],
  ['submitter', readSubmitter],
  ['state', readState, true],
  ['q', readSearch],
  ['archive', readArchive, true],
  ['delegate', readDelegate],
  ['checks', readChecks],
]

/**
 * The filter of a list's address. An unknown id or name empties the list and is shown as a condition. A page that
 * depends on the time, which `clock` reads, is not remembered.
 */
export async function readFilter(db: Database, query: ListQuery, clock: Clock): Promise<Filtering> {
  const parts: Filtering[] = []
  for (const [name, read, isAlways] of READERS) {
    const value = query.values.get(name) ?? ''
    if (value !== '' || isAlways) parts.push(await read(db, value, query, clock))
  }
  return {
    filter: Object.assign({}, ...parts.map(({ filter }) => filter)) as PatchFilter,
    conditions: parts.flatMap(({ conditions }) => conditions),
  }
}

function isNumber(value: string): boolean {
  return /^\d{1,9}$/.test(value)
}

async function readSeries(db: Database, value: string, query: ListQuery): Promise<Filtering> {
  const [series] = isNumber(value) ? await seriesById(db, [Number(value)]) : []
  const condition = {
    name: 'Series',
    value: series ? (series.name ?? `Untitled series #${series.id}`) : `${value} (unknown)`,
    without: queryWith(query, { series: '' }),
    ...(series ? { href: `/series/${series.id}/` } : {}),
  }
  return { filter: { series: series ? [series.id] : [] }, conditions: [condition] }
}

/** By number, with all addresses of that person's account; else by a part of the name or the address. */
async function readSubmitter(db: Database, value: string, query: ListQuery): Promise<Filtering> {
  const without = queryWith(query, { submitter: '' })
  if (!isNumber(value))
    return { filter: { submitter: value }, conditions: [{ name: 'Submitter', value, without }] }
  const people = await findPersonGroup(db, Number(value))
  const person = people.find(({ id }) => id === Number(value))
  // The address of a person without mail is known only from an account, and private.
  const name = person?.name || (person?.hasSent ? person.email : undefined)
  return {
    filter: { submitter: people.map(({ id }) => id) },
    conditions: [{ name: 'Submitter', value: name ?? `${value} (unknown)`, without }],
  }
}

/** By id or slug; by default the states that need action. */
async function readState(db: Database, value: string, query: ListQuery): Promise<Filtering> {
  if (value === '*') return { filter: {}, conditions: [] }
  const state = value === '' ? undefined : await findState(db, value)
  return {
    filter: state ? { states: [state.id] } : { isActionRequired: true },
    conditions: [
      { name: 'State', value: state?.name ?? 'Action Required', without: queryWith(query, { state: '*' }) },
    ],
  }
}

async function readSearch(_: Database, value: string, query: ListQuery): Promise<Filtering> {
  return {
    filter: { words: searchWords(value) },
    conditions: [{ name: 'Search', value, without: queryWith(query, { q: '' }) }],
  }
}

async function readArchive(_: Database, value: string, query: ListQuery): Promise<Filtering> {
  if (value === 'both') return { filter: {}, conditions: [] }
  const isArchived = value === 'true'
  const without = queryWith(query, { archive: 'both' })
  return {
    filter: { isArchived },
    conditions: [{ name: 'Archived', value: isArchived ? 'Yes' : 'No', without }],
  }
}

/** By id, `-` for none, else by a part of the name. */
async function readDelegate(db: Database, value: string, query: ListQuery): Promise<Filtering> {
  const without = queryWith(query, { delegate: '' })
  const condition = (text: string) => [{ name: 'Delegate', value: text, without }]
  if (value === '-') return { filter: { delegate: null }, conditions: condition('Nobody') }
  if (!isNumber(value)) return { filter: { delegate: value }, conditions: condition(value) }
  const [user] = await usersById(db, [Number(value)])
  return {
    filter: { delegate: [Number(value)] },
    conditions: condition(user?.username ?? `${value} (unknown)`),
  }
}

/** By what the checks come to, or by what is missing. */
async function readChecks(_: Database, value: string, query: ListQuery, clock: Clock): Promise<Filtering> {
  const without = queryWith(query, { checks: '' })
  if (isCombinedCheck(value))
    return {
      filter: { checks: { check: value, at: clock() } },
      conditions: [{ name: 'Checks', value, without }],
    }
  const unknown = { name: 'Checks', value: `${value} (unknown)`, without }
  return { filter: { series: [] }, conditions: [unknown] }
}
