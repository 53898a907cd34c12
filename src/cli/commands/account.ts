import type { Command } from 'commander'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../errors.js'
import { hashPassword } from '../../password.js'
import { linkPerson, upsertPerson } from '../../store/person.js'
import { toTime } from '../../store/time.js'
import { findUser, getUser, insertToken, insertUser } from '../../store/user.js'
import { withDatabase } from '../database.js'

interface UserOptions {
  email: string
  password: string
  token?: string
  firstName: string
  lastName: string
  superuser?: boolean
}

/** `user add` and `person link`. */
export function addAccountCommands(program: Command): void {
  program
    .command('user')
    .description('Accounts.')
    .command('add <username>')
    .description('Add an account.')
    .requiredOption('--email <address>', 'where mail for its owner goes')
    .requiredOption('--password <password>', 'what it is opened with')
    .option('--token <token>', 'an API token that opens it too')
    .option('--first-name <name>', "its owner's first name", '')
    .option('--last-name <name>', "its owner's last name", '')
    .option('--superuser', 'may administer everything')
    .action((username: string, options: UserOptions) => addUser(username, options))
  program
    .command('person')
    .description('People: the addresses that mail came from.')
    .command('link <email> <username>')
    .description('Say that an address is a user; mail from it is theirs.')
    .option('--name <name>', "the person's name")
    .action((email: string, username: string, { name }: { name?: string }) =>
      withDatabase((database) =>
        transaction(database, async (db) => {
          const user = await getUser(db, username)
          await linkPerson(db, await upsertPerson(db, { email, name }), user.id)
        }),
      ),
    )
}

function addUser(username: string, options: UserOptions): Promise<void> {
  const joined = toTime(new Date())
  return withDatabase((database) =>
    transaction(database, async (db) => {
      if (await findUser(db, username)) throw new Conflict(`There is a user '${username}' already.`)
      const id = await insertUser(db, {
        username,
        email: options.email,
        first_name: options.firstName,
        last_name: options.lastName,
        password: hashPassword(options.password),
        is_superuser: options.superuser ?? false,
        joined,
      })
      if (options.token) await insertToken(db, id, options.token, joined)
    }),
  )
}
