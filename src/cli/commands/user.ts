import type { Command } from 'commander'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { Conflict, Invalid } from '../../errors.js'
import { hashPassword } from '../../password.js'
import { type AccountChange, deleteAccount, listUsers, updateAccount } from '../../store/account.js'
import { toTime } from '../../store/time.js'
import { findUser, getUser, insertToken, insertUser } from '../../store/user.js'
import { audited } from '../audit.js'
import { withDatabase } from '../database.js'
import { printTable } from '../table.js'

interface UserOptions {
  email?: string
  password?: string
  token?: string
  firstName?: string
  lastName?: string
  superuser?: boolean
  active?: boolean
}

/** `user add`, `edit`, `list` and `remove`. */
export function addUserCommands(program: Command): void {
  const group = program.command('user').description('Accounts.')
  group
    .command('add <username>')
    .description('Add an account.')
    .requiredOption('--email <address>', 'where mail for its owner goes')
    .requiredOption('--password <password>', 'what it is opened with')
    .option('--token <token>', 'an API token that opens it too')
    .option('--first-name <name>', "its owner's first name", '')
    .option('--last-name <name>', "its owner's last name", '')
    .option('--superuser', 'may administer everything')
    .action((username: string, options: UserOptions) => addUser(username, options))
  group
    .command('edit <username>')
    .description('Change an account; what is not given stays as it is.')
    .option('--email <address>', 'where mail for its owner goes')
    .option('--password <password>', 'what it is opened with; everybody who is logged in to it is logged out')
    .option('--token <token>', 'one more API token that opens it')
    .option('--first-name <name>', "its owner's first name")
    .option('--last-name <name>', "its owner's last name")
    .option('--superuser', 'may administer everything')
    .option('--no-superuser', 'may not')
    .option('--active', 'can be opened')
    .option('--no-active', 'is closed: nothing opens it')
    .action((username: string, options: UserOptions) => editUser(username, options))
  group
    .command('list')
    .description('List all accounts: name, address, and what is special about them.')
    .action(() => withDatabase(list))
  group
    .command('remove <username>')
    .description('Remove an account with its bundles and rights; mail and patches stay.')
    .action((username: string) =>
      withDatabase((database) =>
        audited(database, async (db) => {
          await deleteAccount(db, username)
          return { action: 'remove', kind: 'user', name: username }
        }),
      ),
    )
}

async function addUser(username: string, options: UserOptions): Promise<void> {
  const joined = toTime(new Date())
  const password = await hashPassword(options.password ?? '')
  await withDatabase((database) =>
    audited(database, async (db) => {
      if (await findUser(db, username)) throw new Conflict(`There is a user '${username}' already.`)
      const user = {
        username,
        email: options.email ?? '',
        first_name: options.firstName ?? '',
        last_name: options.lastName ?? '',
        password,
        is_superuser: options.superuser ?? false,
        joined,
      }
      const id = await insertUser(db, user)
      if (options.token !== undefined) await addToken(db, id, options.token, joined)
      const { email, first_name, last_name, is_superuser } = user
      const after = { email, first_name, last_name, is_superuser }
      return { action: 'add', kind: 'user', name: username, after }
    }),
  )
}

async function editUser(username: string, options: UserOptions): Promise<void> {
  const { email, firstName, lastName, password, superuser, active, token } = options
  const change: AccountChange = {
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(password === undefined ? {} : { password: await hashPassword(password) }),
    ...(superuser === undefined ? {} : { is_superuser: superuser }),
    ...(active === undefined ? {} : { is_active: active }),
  }
  if (Object.keys(change).length === 0 && token === undefined)
    throw new Invalid('There is nothing to change; see --help for what can be.')
  await withDatabase((database) =>
    audited(database, async (db) => {
      const user = await getUser(db, username)
      await updateAccount(db, user.id, change)
      if (token !== undefined) await addToken(db, user.id, token, toTime(new Date()))
      const names = Object.keys(change) as (keyof AccountChange)[]
      const before = Object.fromEntries(names.map((name) => [name, user[name]]))
      const after = { ...change, ...(token === undefined ? {} : { token }) }
      return { action: 'change', kind: 'user', name: username, before, after }
    }),
  )
}

async function addToken(db: Database, user: number, token: string, created: string): Promise<void> {
  try {
    await insertToken(db, user, token, created)
  } catch (error) {
    if (capabilities(db).isUniqueViolation(error)) throw new Conflict('That token is in use already.')
    throw error
  }
}

async function list(db: Database): Promise<void> {
  for (let after = ''; ; ) {
    const users = await listUsers(db, after)
    printTable(
      users.map(({ username, email, is_superuser, is_active }) => [
        username,
        email,
        [is_superuser ? 'superuser' : '', is_active ? '' : 'closed'].filter(Boolean).join(', '),
      ]),
    )
    const last = users.at(-1)
    if (!last) return
    after = last.username
  }
}
