import type { Command } from 'commander'
import { transaction } from '../../db/transaction.js'
import { linkNewAddress } from '../../domain/people/commands.js'
import { getUser } from '../../domain/users/queries.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'

/** `person link`. */
export function addPersonCommands(program: Command): void {
  program
    .command('person')
    .description('Manage people, the senders of mail.')
    .command('link <email> <username>')
    .description('Link an address to a user, so that mail from it counts as theirs.')
    .option('--name <name>', "the person's name")
    .action((email: string, username: string, { name }: { name?: string }) =>
      withDatabase((database) =>
        transaction(database, async (db) => {
          const user = await getUser(db, username)
          await linkNewAddress(db, commandActor(), { email, name }, user, { isTaking: true })
        }),
      ),
    )
}
