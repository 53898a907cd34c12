import type { Command } from 'commander'
import { countAll, countByProject } from '../../domain/projects/row-counts.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

export function addStatsCommand(program: Command): void {
  program
    .command('stats')
    .description('Show statistics: number of rows of each kind, patches of each project.')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) =>
      withDatabase(async (db) => {
        const [rows, projects] = [await countAll(db), await countByProject(db)]
        if (json) return console.log(JSON.stringify({ rows, projects }, null, 2))
        printTable(Object.entries(rows).map(([table, count]) => [table.replaceAll('_', ' '), String(count)]))
        console.log('\nproject, patches, action required, newest:')
        printTable(
          projects.map(({ link_name, patches, waiting, newest }) => [
            link_name,
            String(patches),
            String(waiting),
            newest?.slice(0, 19) ?? 'never',
          ]),
        )
      }),
    )
}
