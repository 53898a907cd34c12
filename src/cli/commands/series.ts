import type { Command } from 'commander'
import { linkVersion, unlinkVersion } from '../../domain/topics/commands.js'
import { Invalid } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'

/** `series link` and `series unlink`. */
export function addSeriesCommands(program: Command): void {
  const group = program.command('series').description('Manage links between versions of series.')
  group
    .command('link <id> <previous>')
    .description('Link a series to its previous version; both are ids.')
    .action((id: string, previous: string) =>
      withDatabase(async (db) => {
        await linkVersion(db, commandActor(), idOf(id), { earlier: idOf(previous) })
      }),
    )
  group
    .command('unlink <id>')
    .description('Unlink a series from its previous version.')
    .action((id: string) =>
      withDatabase(async (db) => {
        await unlinkVersion(db, commandActor(), idOf(id))
      }),
    )
}

function idOf(text: string): number {
  const id = parseId(text)
  if (id === undefined) throw new Invalid(`'${text.slice(0, 40)}' is not the id of a series.`)
  return id
}
