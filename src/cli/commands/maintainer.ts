import type { Command } from 'commander'
import type { Database } from '../../db/schema.js'
import { deleteMaintainer, insertMaintainer, maintainersOf } from '../../store/maintainer.js'
import { getProject } from '../../store/project.js'
import { getUser } from '../../store/user.js'
import { withDatabase } from '../database.js'
import { printTable } from '../table.js'

/** `maintainer add`, `list` and `remove`. */
export function addMaintainerCommands(program: Command): void {
  const group = program.command('maintainer').description('Who looks after a project.')
  group
    .command('add <linkname> <username>')
    .description('Let a user maintain a project.')
    .action((linkName: string, username: string) => change(insertMaintainer, linkName, username))
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
    .description('Let a user maintain a project no longer.')
    .action((linkName: string, username: string) => change(deleteMaintainer, linkName, username))
}

function change(
  write: (db: Database, project: number, user: number) => Promise<void>,
  linkName: string,
  username: string,
): Promise<void> {
  return withDatabase(async (db) => {
    const [project, user] = [await getProject(db, linkName), await getUser(db, username)]
    await write(db, project.id, user.id)
  })
}
