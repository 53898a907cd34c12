import type { Command } from 'commander'
import { addChecker, removeChecker } from '../../domain/projects/checker-commands.js'
import { checkersOf } from '../../domain/projects/checkers.js'
import { getProject } from '../../domain/projects/queries.js'
import { getUser } from '../../domain/users/queries.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** `checker add`, `list` and `remove`. */
export function addCheckerCommands(program: Command): void {
  const group = program
    .command('checker')
    .description('Manage checkers: accounts that may post checks on the patches of a project.')
  group
    .command('add <linkname> <username>')
    .description('Make a user a checker of a project.')
    .option('--bot', 'create a new account without a password for it')
    .action((linkName: string, username: string, { bot }: { bot?: boolean }) =>
      withDatabase(async (db) => {
        const project = await getProject(db, linkName)
        const checker = bot ? { bot: username } : await getUser(db, username)
        await addChecker(db, commandActor(), project, checker)
      }),
    )
  group
    .command('list <linkname>')
    .description('List the checkers of a project.')
    .action((linkName: string) =>
      withDatabase(async (db) => {
        const { id } = await getProject(db, linkName)
        const rows = await checkersOf(db, [id])
        printTable(rows.map(({ username, email, bot_of }) => [username, bot_of === null ? email : 'bot']))
      }),
    )
  group
    .command('remove <linkname> <username>')
    .description('Remove a user from the checkers of a project.')
    .action((linkName: string, username: string) =>
      withDatabase(async (db) => {
        const [project, user] = [await getProject(db, linkName), await getUser(db, username)]
        await removeChecker(db, commandActor(), project, user)
      }),
    )
}
