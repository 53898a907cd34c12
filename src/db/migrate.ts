import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import * as initial from './migrations/0001-initial.js'
import * as web from './migrations/0002-web.js'
import * as scale from './migrations/0003-scale.js'
import * as lists from './migrations/0005-lists.js'
import * as account from './migrations/0007-account.js'
import * as moving from './migrations/0008-moving.js'
import * as mails from './migrations/0009-mails.js'
import * as removal from './migrations/0011-removal.js'
import * as audit from './migrations/0012-audit.js'
import * as administration from './migrations/0013-administration.js'
import * as textBelowDiff from './migrations/0014-text-below-diff.js'
import * as series from './migrations/0015-series.js'
import * as prerequisites from './migrations/0016-prerequisites.js'
import * as earliest from './migrations/0017-earliest.js'
import * as dependencies from './migrations/0018-dependencies.js'
import * as topics from './migrations/0019-topics.js'
import * as changes from './migrations/0020-changes.js'
import * as tokens from './migrations/0021-tokens.js'
import * as diffBytes from './migrations/0022-diff-bytes.js'
import * as seriesEvents from './migrations/0023-series-events.js'
import * as webhooks from './migrations/0024-webhooks.js'
import * as patchHashes from './migrations/0025-patch-hashes.js'
import * as eventEpochs from './migrations/0026-event-epochs.js'
import * as trailers from './migrations/0027-trailers.js'
import * as automation from './migrations/0028-automation.js'
import * as trees from './migrations/0029-trees.js'
import * as listView from './migrations/0030-list-view.js'
import * as checks from './migrations/0031-checks.js'
import * as counters from './migrations/0032-counters.js'
import * as eventIndexes from './migrations/0033-event-indexes.js'
import * as newestChecks from './migrations/0034-newest-checks.js'
import * as dropEventIndexes from './migrations/0035-drop-event-indexes.js'
import * as lateMail from './migrations/0036-late-mail.js'
import * as ruleReviews from './migrations/0037-rule-reviews.js'
import * as webhookResends from './migrations/0038-webhook-resends.js'
import * as answeredCovers from './migrations/0039-answered-covers.js'
import * as personMails from './migrations/0040-person-mails.js'
import * as seriesReached from './migrations/0041-series-reached.js'
import * as seriesSenderName from './migrations/0042-series-sender-name.js'
import { prepare } from './prepared.js'
import type { Database } from './schema.js'

/** Writes the collected items in order. `db` compiles the statements; `run` executes them. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-web': web,
  '0003-scale': scale,
  '0005-lists': lists,
  '0007-account': account,
  '0008-moving': moving,
  '0009-mails': mails,
  '0011-removal': removal,
  '0012-audit': audit,
  '0013-administration': administration,
  '0014-text-below-diff': textBelowDiff,
  '0015-series': series,
  '0016-prerequisites': prerequisites,
  '0017-earliest': earliest,
  '0018-dependencies': dependencies,
  '0019-topics': topics,
  '0020-changes': changes,
  '0021-tokens': tokens,
  '0022-diff-bytes': diffBytes,
  '0023-series-events': seriesEvents,
  '0024-webhooks': webhooks,
  '0025-patch-hashes': patchHashes,
  '0026-event-epochs': eventEpochs,
  '0027-trailers': trailers,
  '0028-automation': automation,
  '0029-trees': trees,
  '0030-list-view': listView,
  '0031-checks': checks,
  '0032-counters': counters,
  '0033-event-indexes': eventIndexes,
  '0034-newest-checks': newestChecks,
  '0035-drop-event-indexes': dropEventIndexes,
  '0036-late-mail': lateMail,
  '0037-rule-reviews': ruleReviews,
  '0038-webhook-resends': webhookResends,
  '0039-answered-covers': answeredCovers,
  '0040-person-mails': personMails,
  '0041-series-reached': seriesReached,
  '0042-series-sender-name': seriesSenderName,
}

/**
 * Brings the database to the newest schema; several processes may try at once. Gives the names of the
 * migrations that ran, throws the error of the one that failed, which left nothing behind. Of a database that a
 * newer Patchwork has brought further nothing is changed: migrations only ever add what older servers, which may
 * still run, can do without.
 */
export async function migrate(db: Database): Promise<string[]> {
  // A database without a list of migrations is new, or the migrator reports its error.
  const done = new Set(await readNames(db).catch(() => []))
  const names = Object.keys(MIGRATIONS)
  if (names.every((name) => done.has(name)) || [...done].some((name) => !names.includes(name))) return []
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  return (results ?? []).map((result) => result.migrationName)
}

/** The names of our migrations that the database waits for. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const done = new Set(await readNames(db))
  return Object.keys(MIGRATIONS).filter((name) => !done.has(name))
}

async function readNames(db: Database): Promise<string[]> {
  return (await namesOfDone(db, {})).map(({ name }) => name)
}

const namesOfDone = prepare((db) =>
  (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name'),
)
