import type { Command } from 'commander'
import { maintainersOf } from '../../domain/projects/maintainers.js'
import { getProject } from '../../domain/projects/queries.js'
import { addMaintainer, removeMaintainer } from '../../domain/projects/rights.js'
import { getUser } from '../../domain/users/queries.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** `maintainer add`, `list` and `remove`. */
export function addMaintainerCommands(program: Command): void {
  const group = program.command('maintainer').description('Manage the maintainers of projects.')
  group
    .command('add <linkname> <username>')
    .description('Make a user a maintainer of a project.')
    .action((linkName: string, username: string) => change('add', linkName, username))
  group
    .command('list <linkname>')
    .description('List the maintainers of a project.')
    .action((linkName: string) =>
      withDatabase(async (db) => {
        const { id } = await getProject(db, linkName)
        printTable((await maintainersOf(db, [id])).map(({ username, email }) => [username, email]))
      }),
    )
  group
    .command('remove <linkname> <username>')
    .description('Remove a user from the maintainers of a project.')
    .action((linkName: string, username: string) => change('remove', linkName, username))
}

function change(action: 'add' | 'remove', linkName: string, username: string): Promise<void> {
  return withDatabase(async (db) => {
    const [project, user] = [await getProject(db, linkName), await getUser(db, username)]
    if (action === 'add') await addMaintainer(db, commandActor(), project, user)
    else await removeMaintainer(db, commandActor(), project, user)
  })
}
