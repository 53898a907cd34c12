import { createHash } from 'node:crypto'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { renewEventsEpoch } from '../domain/events/epoch.js'
import { parseDate } from '../mail/date.js'
import { Conflict, Invalid } from '../util/errors.js'
import { clockOf } from './clock.js'
import type { Source, Value } from './source.js'
import { countImportRows, emptyTable, highestId } from './store/import-rows.js'
import { findMove, listMovedTables, type Move, saveMove } from './store/import-state.js'
import { MAPPINGS } from './tables/index.js'

/** What must hold before anything is copied. */

/** Migrations fill these tables; the rows of the source replace them. */
const FILLED = new Set(['states', 'tags'])

const PATCHES = 'patchwork_patch'

/** Number of mails sampled to find the time zone of stored times, and the tolerance in milliseconds. */
const SAMPLE = 200
const TOLERANCE = 5 * 60_000

/** Throws Invalid unless the source is a Patchwork of a schema that can be read. */
export function assertPatchwork({ name, tables }: Source): void {
  if (tables.has('patchwork_submission') && !tables.has('patchwork_cover'))
    throw new Invalid(
      `In ${name} is a Patchwork older than 3.0: bring it to 3.0 first, by its own migrations.`,
    )
  if (!tables.has('patchwork_project') || !tables.has(PATCHES))
    throw new Invalid(`In ${name} is no Patchwork: it has no tables of that name.`)
  for (const { source, isOptional, fields, texts } of MAPPINGS) {
    const columns = tables.get(source)
    if (!columns && isOptional) continue
    if (!columns) throw new Invalid(`In ${name} the table ${source} is missing.`)
    for (const { from, missing } of [...Object.values(fields), ...Object.values(texts?.fields ?? {})])
      if (missing === undefined && !columns.includes(from))
        throw new Invalid(`In ${name} the column ${from} of ${source} is missing.`)
  }
}

/**
 * Throws Invalid if the times that the source has are not those of its mails: then its PostgreSQL took them for
 * times of another zone.
 */
export async function assertTimes(source: Source, zone: string): Promise<void> {
  const toTime = clockOf(zone)
  const off: number[] = []
  const reading = { key: 'id', isLong: true }
  for await (const { rows } of source.rows(PATCHES, ['date', 'headers'], reading)) {
    for (const [date, headers] of rows) {
      const sent = sentAt(headers)
      const time = typeof date === 'string' ? toTime(date) : undefined
      if (sent !== undefined && time) off.push(Date.parse(`${time}Z`) - sent)
    }
    if (off.length >= SAMPLE) break
  }
  const middle = off.toSorted((a, b) => a - b)[Math.floor(off.length / 2)] ?? 0
  if (Math.abs(middle) <= TOLERANCE) return
  const hours = Math.round((middle / 3_600_000) * 4) / 4
  throw new Invalid(
    `The times in ${source.name} are ${Math.abs(hours)} hours ${hours < 0 ? 'before' : 'after'} those of its mails: ` +
      'name the TIME_ZONE of the settings of that Patchwork with --time-zone (its default is Australia/Canberra).',
  )
}

function sentAt(headers: Value | undefined): number | undefined {
  const [, date = ''] = /^Date:[ \t]*([^\r\n]{1,80})/im.exec(typeof headers === 'string' ? headers : '') ?? []
  const sent = parseDate(date)
  return sent === undefined ? undefined : Date.parse(`${sent}Z`)
}

/** What tells an installation from all others, and stays the same in every copy: when it was set up. */
export async function installationOf(source: Source): Promise<string> {
  const hash = createHash('sha256')
  const toTime = clockOf('UTC')
  const seen: string[] = []
  if (source.tables.has('django_migrations'))
    for await (const { rows } of source.rows('django_migrations', ['applied', 'app', 'name'], { key: 'id' }))
      for (const [applied, app, name] of rows)
        seen.push([toTime(String(applied)) ?? '', String(app), String(name)].join(' '))
  return hash.update(seen.toSorted()[0] ?? '').digest('hex')
}

/** The state left by an earlier run. */
export interface Preflight {
  readonly move: Move
  /** Whether rows have come before, from a source that may have changed since. */
  readonly isAgain: boolean
}

/**
 * Begins the move, or goes on with it. Throws Conflict if the database has rows that came from elsewhere: then
 * nothing was changed.
 */
export async function preflight(database: Database, source: Source): Promise<Preflight> {
  const installation = await installationOf(source)
  const before = await findMove(database)
  const fingerprint = source.fingerprint ?? null
  const move: Move = { installation, source: source.name, fingerprint, finished: before?.finished ?? null }
  if (before && before.installation !== installation)
    throw new Conflict('The database came from another Patchwork; import this one into an empty database.')
  await (before ? assertUnused(database) : assertEmpty(database))
  await transaction(database, async (db) => {
    if (!before) for (const table of FILLED) await emptyTable(db, table as 'states')
    await saveMove(db, move)
    await renewEventsEpoch(db)
  })
  const isSame = fingerprint !== null && before?.fingerprint === fingerprint
  return { move, isAgain: before !== undefined && !isSame }
}

async function assertEmpty(db: Database): Promise<void> {
  for (const { target } of MAPPINGS) {
    if (FILLED.has(target)) continue
    const rows = await countImportRows(db, target)
    if (rows > 0)
      throw new Conflict(
        `The database has data of its own already (${target}: ${rows}); import into an empty database.`,
      )
  }
}

/** Every change here leaves rows behind, such as events, with numbers of our own. */
async function assertUnused(db: Database): Promise<void> {
  const tables = await listMovedTables(db)
  for (const { target, kind } of MAPPINGS) {
    if (kind === 'whole' || (await highestId(db, target)) <= (tables.get(target)?.last_id ?? 0)) continue
    throw new Conflict(
      `The database has been in use since the import (${target} have come); an import would mix the two.`,
    )
  }
}
