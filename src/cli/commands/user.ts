import type { Command } from 'commander'
import { Passwords } from '../../auth/password.js'
import { readConfig } from '../../config/config.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../../domain/actor.js'
import { linkNewAddress } from '../../domain/people/commands.js'
import { isKnownAddress } from '../../domain/people/queries.js'
import { addToken } from '../../domain/tokens/commands.js'
import { addAccount, changeAccount, removeAccount } from '../../domain/users/commands.js'
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

const PASSWORD_FILE = 'file with the password in one line, or - for standard input'

/** `user add`, `edit`, `list` and `remove`. */
export function addUserCommands(program: Command): void {
  const group = program.command('user').description('Manage user accounts.')
  group
    .command('add <username>')
    .description('Add an account.')
    .requiredOption('--email <address>', 'email address of the user')
    .option('--password <password>', 'password; other users of this machine can see it in the process list')
    .option('--password-file <file>', PASSWORD_FILE)
    .option('--token <token>', 'API token of the account')
    .option('--first-name <name>', 'first name', '')
    .option('--last-name <name>', 'last name', '')
    .option('--superuser', 'make the user an administrator')
    .action((username: string, options: UserOptions) => addUser(username, options))
  group
    .command('edit <username>')
    .description('Change an account; omitted options keep their values.')
    .option('--username <name>', 'new username; old URLs of its bundles stop working')
    .option('--email <address>', 'email address of the user')
    .option(
      '--password <password>',
      'new password; ends its sessions, revokes its API tokens and notifies the user by mail',
    )
    .option('--password-file <file>', PASSWORD_FILE)
    .option('--keep-tokens', 'do not revoke API tokens when the password changes')
    .option('--token <token>', 'additional API token')
    .option('--first-name <name>', 'first name')
    .option('--last-name <name>', 'last name')
    .option('--superuser', 'make the user an administrator')
    .option('--no-superuser', 'revoke administrator permissions')
    .option('--active', 'allow logins')
    .option('--no-active', 'refuse logins and API tokens')
    .action((username: string, options: UserOptions) => editUser(username, options))
  group
    .command('list')
    .description('List all accounts with username, address, and whether they are superuser or closed.')
    .action(() => withDatabase(list))
  group
    .command('remove <username>')
    .description('Remove an account with its bundles and permissions; its mail and patches stay.')
    .action((username: string) => withDatabase((db) => removeAccount(db, commandActor(), username)))
}

async function addUser(username: string, options: UserOptions): Promise<void> {
  const actor = commandActor()
  const password = await passwordIn(options)
  if (password === undefined) throw new Invalid('Give a password by --password-file or --password.')
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
  if (password !== undefined) throw new Invalid('Give one password, by --password-file or --password.')
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
    throw new Invalid('Nothing to change; see --help for the options.')
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
