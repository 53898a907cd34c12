import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { correctCounters } from '../../db/counters.js'
import type { Database } from '../../db/schema.js'
import { correctNewest } from '../../domain/checks/newest.js'
import { existingPatches } from '../../domain/patches/queries.js'
import { replaceRelations } from '../../domain/patches/relations.js'
import { recordRecompute } from '../../domain/recompute/commands.js'
import { countPatches } from '../../domain/recompute/queries.js'
import type { RecomputeKind } from '../../domain/recompute/tasks.js'
import { type Rework, rehash, retag } from '../../ingest/recompute.js'
import { Invalid } from '../../util/errors.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { ProgressBar } from '../progress.js'

/** Longest list of numbers that the audit trail keeps. */
const MAX_WHICH = 200

/** `rehash`, `retag`, `recount` and `replacerelations`. */
export function addRecomputeCommands(program: Command): void {
  program
    .command('rehash [id...]')
    .description('Recompute the hashes of some or all patches.')
    .action((ids: string[]) => rework(ids, 'rehash', rehash))
  program
    .command('retag [id...]')
    .description('Count the tags of some or all patches again, after a tag or its pattern was changed.')
    .action((ids: string[]) => rework(ids, 'retag', retag))
  program
    .command('recount')
    .description('Count the rows of lists and find the newest checks again, and correct what is wrong.')
    .addHelpText(
      'after',
      "\nThe database keeps both itself; 'patchwork doctor --thorough' says if something is wrong.",
    )
    .action(() => recount())
  program
    .command('replacerelations <file>')
    .description('Replace all relations between patches with those of a file.')
    .addHelpText(
      'after',
      '\nEach line has the ids of related patches, separated by spaces; unknown ids are skipped.',
    )
    .action((file: string) => replace(file))
}

async function rework(
  texts: string[],
  kind: RecomputeKind,
  work: (db: Database, options: Rework) => Promise<number>,
): Promise<void> {
  const ids = texts.length > 0 ? texts.map(parseId) : undefined
  await withDatabase(async (db) => {
    const total = ids ? (await requirePatches(db, ids)).length : await countPatches(db)
    const bar = new ProgressBar(process.stderr, total)
    const changed = await work(db, { ids, onBatch: (patches) => bar.advance(patches) })
    bar.finish()
    const which = ids ? ids.join(', ').slice(0, MAX_WHICH) : 'of all projects'
    await recordRecompute(db, commandActor(), kind, which, { patches: total, changed })
    console.log(`${total} patches read, ${changed} changed`)
  })
}

async function recount(): Promise<void> {
  await withDatabase(async (db) => {
    const [counters, checks] = [await correctCounters(db), await correctNewest(db)]
    console.log(`${counters} counters corrected, ${checks} newest checks corrected`)
  })
}

async function replace(path: string): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim())
  const groups = lines
    .filter((line) => line !== '')
    .map((line) => [...new Set(line.split(/\s+/).map(parseId))])
  const all = groups.flat()
  if (new Set(all).size < all.length)
    throw new Invalid('A patch is in two lines; it can have only one relation.')
  await withDatabase(async (db) => {
    const known = new Set(await existingPatches(db, all))
    const count = await replaceRelations(
      db,
      groups.map((group) => group.filter((id) => known.has(id))),
    )
    console.log(`${count} relations; ${all.length - known.size} unknown patches were skipped`)
  })
}

function parseId(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Invalid(`'${text.slice(0, 40)}' is not the id of a patch.`)
  return Number(text)
}

async function requirePatches(db: Database, ids: readonly number[]): Promise<number[]> {
  const found = new Set(await existingPatches(db, ids))
  const missing = ids.find((id) => !found.has(id))
  if (missing !== undefined) throw new Invalid(`There is no patch ${missing}.`)
  return [...found]
}
