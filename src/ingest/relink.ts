import type { Database } from '../db/schema.js'
import { withScratchTables } from '../db/scratch.js'
import { transaction } from '../db/transaction.js'
import type { Actor } from '../domain/actor.js'
import { reviewAll } from '../domain/automation/reviews.js'
import { modeOf } from '../domain/automation/rules.js'
import { listProjects } from '../domain/projects/queries.js'
import { type LinkChange, linksKey } from '../domain/topics/components.js'
import { relinkSeries } from '../domain/topics/link.js'
import { listSeriesAfter, listUnreadMails, storeSeries, TOPIC_TABLES } from '../domain/topics/relink.js'
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

/** Links of series that are decided early may depend on the topics of later ones. */
const MAX_PASSES = 4

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
  // Changes are reported after the last pass, because a later one may take back what an earlier one did.
  const changes = new Map<number, LinkChange>()
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    let isStable = true
    await eachBatch(db, project, async (db, ids) => {
      for (const change of await relinkSeries(db, ids)) {
        isStable = false
        merge(changes, change)
      }
      if (pass === 1) onBatch?.(ids.length)
    })
    if (isStable) break
  }
  for (const change of [...changes.values()].toSorted((a, b) => a.series.id - b.series.id)) onChange(change)
  return changes.size
}

function merge(changes: Map<number, LinkChange>, change: LinkChange): void {
  const { id } = change.series
  const before = changes.get(id)?.before ?? change.before
  if (linksKey(before) === linksKey(change.after)) changes.delete(id)
  else changes.set(id, { ...change, before })
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
