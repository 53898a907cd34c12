import type { Command } from 'commander'
import { getProject } from '../../domain/projects/queries.js'
import { recordRecompute } from '../../domain/recompute/commands.js'
import { reparse } from '../../receive/journal/reparse.js'
import { printable } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'

interface Options {
  project?: string
  dryRun?: boolean
}

/** `reparse`: the journal is read again by today's rules. */
export function addReparseCommand(program: Command): void {
  program
    .command('reparse')
    .description('Parse the mails of the journal again with the current rules, and update the results.')
    .option('--project <linkname>', 'only mails of this project')
    .option('--dry-run', 'only report what would change')
    .addHelpText(
      'after',
      '\nUpdates content, diff, author, tags and series. Ids, states, delegates, checks and bundles do not change. Mails\nthat were ignored and are recognized now are stored.',
    )
    .action((options: Options) => withDatabase((db) => run(db, options)))
}

async function run(db: Parameters<typeof reparse>[0], { project, dryRun = false }: Options): Promise<void> {
  const id = project === undefined ? undefined : (await getProject(db, project)).id
  const { read, changed, taken } = await reparse(db, {
    project: id,
    isDry: dryRun,
    now: () => new Date(),
    onChange: (change) => console.log(printable(change)),
  })
  const which = project === undefined ? 'of all projects' : `of ${project}`
  if (!dryRun) await recordRecompute(db, commandActor(), 'reparse', which, { patches: read, changed })
  const would = dryRun ? 'would be ' : ''
  console.log(`${read} mails read, ${changed} records ${would}changed, ${taken} ${would}taken in`)
}
