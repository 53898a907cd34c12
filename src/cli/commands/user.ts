import type { Command } from 'commander'
import { Passwords } from '../../auth/password.js'
import { readConfig } from '../../config/config.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../../domain/actor.js'
import { linkNewAddress } from '../../domain/people/commands.js'
import { isKnownAddress } from '../../domain/people/queries.js'
import { addAccount, addToken, changeAccount, removeAccount } from '../../domain/users/commands.js'
import { getUser, listUsers } from '../../domain/users/queries.js'
import type { AccountChange } from '../../domain/users/updates.js'
import { setPasswordAndNotify } from '../../outbox/password-change.js'
import { Invalid } from '../../util/errors.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { readSecretFile } from '../secret-file.js'
import { printTable } from '../table.js'

interface UserOptions {
  username?: string
  email?: string
  password?: string
  passwordFile?: string
  token?: string
  firstName?: string
  lastName?: string
  superuser?: boolean
  active?: boolean
  keepTokens?: boolean
}

const PASSWORD_FILE = 'a file with its password in one line, or - for standard input'

/** `user add`, `edit`, `list` and `remove`. */
export function addUserCommands(program: Command): void {
  const group = program.command('user').description('Accounts.')
  group
    .command('add <username>')
    .description('Add an account.')
    .requiredOption('--email <address>', 'where mail for its owner goes')
    .option('--password <password>', 'what it is opened with; others on this machine can see it')
    .option('--password-file <file>', PASSWORD_FILE)
    .option('--token <token>', 'an API token that opens it too')
    .option('--first-name <name>', "its owner's first name", '')
    .option('--last-name <name>', "its owner's last name", '')
    .option('--superuser', 'may administer everything')
    .action((username: string, options: UserOptions) => addUser(username, options))
  group
    .command('edit <username>')
    .description('Change an account; what is not given stays as it is.')
    .option('--username <name>', 'another name; links to its bundles lead nowhere then')
    .option('--email <address>', 'where mail for its owner goes')
    .option(
      '--password <password>',
      'what it is opened with; its sessions end, its API tokens are revoked, and a mail tells its owner',
    )
    .option('--password-file <file>', PASSWORD_FILE)
    .option('--keep-tokens', 'do not revoke its API tokens when its password changes')
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
    .action((username: string) => withDatabase((db) => removeAccount(db, commandActor(), username)))
}

async function addUser(username: string, options: UserOptions): Promise<void> {
  const actor = commandActor()
  const password = await passwordIn(options)
  if (password === undefined) throw new Invalid('Give a password: by --password-file or --password.')
  const hash = await new Passwords().hash(password)
  await withDatabase((database) =>
    transaction(database, async (db) => {
      const id = await addAccount(db, actor, {
        username,
        email: options.email ?? '',
        first_name: options.firstName ?? '',
        last_name: options.lastName ?? '',
        password: hash,
        is_superuser: options.superuser ?? false,
        joined: actor.time,
      })
      await linkKnownAddress(db, actor, { id, username }, options.email ?? '')
      if (options.token !== undefined)
        await addToken(db, actor, { id, username }, options.token, { isOnly: false })
    }),
  )
}

/**
 * Links a new account to the known person with its address, as accounts that are made on pages. An unknown address is
 * left to `person link`. Throws Conflict if the person belongs to another account.
 */
async function linkKnownAddress(
  db: Database,
  actor: Actor,
  user: { id: number; username: string },
  email: string,
): Promise<void> {
  if (await isKnownAddress(db, email)) await linkNewAddress(db, actor, { email }, user)
}

/** The password given by the options, if any. Throws Invalid if there are two. */
async function passwordIn({ password, passwordFile }: UserOptions): Promise<string | undefined> {
  if (passwordFile === undefined) return password
  if (password !== undefined) throw new Invalid('Give one password: by --password-file or --password.')
  return await readSecretFile(passwordFile)
}

async function editUser(username: string, options: UserOptions): Promise<void> {
  const { username: name, email, firstName, lastName, superuser, active, token } = options
  const password = await passwordIn(options)
  const change: AccountChange = {
    ...(name === undefined ? {} : { username: name }),
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(superuser === undefined ? {} : { is_superuser: superuser }),
    ...(active === undefined ? {} : { is_active: active }),
  }
  if (Object.keys(change).length === 0 && password === undefined && token === undefined)
    throw new Invalid('There is nothing to change; see --help for what can be.')
  const hash = password === undefined ? undefined : await new Passwords().hash(password)
  const base = readConfig(process.env).publicUrl ?? ''
  await withDatabase((database) =>
    transaction(database, async (db) => {
      const [user, actor] = [await getUser(db, username), commandActor()]
      const kept = { tokens: options.keepTokens }
      if (hash !== undefined) await setPasswordAndNotify(db, { user, actor, hash, kept, base })
      await changeAccount(db, actor, user.id, change)
      if (token !== undefined) await addToken(db, actor, user, token, { isOnly: false })
    }),
  )
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
