import type { Command } from 'commander'
import type { Database } from '../../db/schema.js'
import { getProject } from '../../domain/projects/queries.js'
import type { LinkChange } from '../../domain/topics/components.js'
import { countSeries, recordRelink } from '../../domain/topics/relink.js'
import { relink } from '../../ingest/relink.js'
import { printable } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { ProgressBar } from '../progress.js'

interface Options {
  project?: string
  dryRun?: boolean
}

/** `relink`: the versions of all stored series are found again. */
export function addRelinkCommand(program: Command): void {
  program
    .command('relink')
    .description('Find the versions of all stored series again: which series continues which earlier one.')
    .option('--project <linkname>', 'only series of this project')
    .option('--dry-run', 'only report what would change')
    .addHelpText(
      'after',
      '\nRun it once after an upgrade from a release without versions and after an import of a Python Patchwork. New mail is\nlinked when it arrives. What people linked or unlinked does not change.',
    )
    .action((options: Options) => withDatabase((db) => run(db, options)))
}

async function run(db: Database, { project, dryRun = false }: Options): Promise<void> {
  const id = project === undefined ? undefined : (await getProject(db, project)).id
  const series = await countSeries(db, id)
  const bar = new ProgressBar(process.stderr, 2 * series)
  const changed = await relink(db, {
    project: id,
    isDry: dryRun,
    actor: commandActor(),
    onChange: (change) => console.log(printable(describeChange(change))),
    onBatch: (count) => bar.advance(count),
  })
  bar.finish()
  const which = project === undefined ? 'of all projects' : `of ${project}`
  if (!dryRun) await recordRelink(db, commandActor(), which, { series, changed })
  console.log(`${series} series read, ${changed} ${dryRun ? 'would be changed' : 'changed'}`)
}

function describeChange({ series, before, after }: LinkChange): string {
  const added = after.map(({ earlier, reason }) => `continues series ${earlier} (${reason})`)
  const known = new Set(after.map(({ earlier }) => earlier))
  const removed = before
    .filter(({ earlier }) => !known.has(earlier))
    .map(({ earlier, reason }) => `no longer continues series ${earlier} (${reason})`)
  return `series ${series.id} '${series.title}': ${[...added, ...removed].join(', ')}`
}
