import type { Database } from '../db/schema.js'
import { withScratchTables } from '../db/scratch.js'
import { transaction } from '../db/transaction.js'
import type { Actor } from '../domain/actor.js'
import { reviewAll } from '../domain/automation/reviews.js'
import { modeOf } from '../domain/automation/rules.js'
import { listProjects } from '../domain/projects/queries.js'
import type { LinkChange } from '../domain/topics/components.js'
import { relinkSeries } from '../domain/topics/link.js'
import {
  listSeriesAfter,
  listUnreadMails,
  readOrder,
  storeSeries,
  TOPIC_TABLES,
} from '../domain/topics/relink.js'
import { addStoredMentions } from './topics.js'

/** Decides the topics of all stored series again, as if their mails came now. */

export interface RelinkOptions {
  /** Only of this project. */
  readonly project?: number | undefined
  readonly isDry: boolean
  /** Who has the rule for older versions changes made that follow from the links. */
  readonly actor: Actor
  /** Called with each series whose links differ from those that were stored before. */
  readonly onChange: (change: LinkChange) => void
  /** Called after each batch with the number of its series; each series is in two batches. */
  readonly onBatch?: (series: number) => void
}

/** Series in one transaction: mail is ingested in between. */
const BATCH = 50

/**
 * Decides the topics of all stored series; then the rule for older versions looks at them. Returns the number of series whose
 * links changed.
 */
export async function relink(database: Database, options: RelinkOptions): Promise<number> {
  if (options.isDry) return await withScratchTables(database, TOPIC_TABLES, (db) => relinkStored(db, options))
  const changed = await relinkStored(database, options)
  for (const project of await listProjects(database)) {
    const isMeant = options.project === undefined || options.project === project.id
    if (isMeant && modeOf(project, 'superseded') !== 'off')
      await reviewAll(database, project.id, options.actor)
  }
  return changed
}

async function relinkStored(db: Database, { project, onChange, onBatch }: RelinkOptions): Promise<number> {
  await eachBatch(db, project, async (db, ids) => {
    await storeSeries(db, ids)
    for (const mail of await listUnreadMails(db, ids)) await addStoredMentions(db, mail)
    onBatch?.(ids.length)
  })
  // Links follow from those of the series before, so that each is decided once.
  let changed = 0
  for (const ids of (await readOrder(db, project)).batches(BATCH)) {
    const changes = await transaction(db, (db) => relinkSeries(db, ids))
    for (const change of changes) onChange(change)
    changed += changes.length
    onBatch?.(ids.length)
  }
  return changed
}

async function eachBatch(
  database: Database,
  project: number | undefined,
  work: (db: Database, ids: readonly number[]) => Promise<void>,
): Promise<void> {
  for (let after = 0; ; ) {
    const ids = await transaction(database, async (db) => {
      const batch = await listSeriesAfter(db, after, project, BATCH)
      if (batch.length > 0) await work(db, batch)
      return batch
    })
    const last = ids.at(-1)
    if (last === undefined) return
    after = last
  }
}
