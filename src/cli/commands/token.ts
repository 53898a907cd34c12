import type { Command } from 'commander'
import { SCOPES } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { getProject, projectsWith } from '../../domain/projects/queries.js'
import { createToken, revokeToken, rotateToken } from '../../domain/tokens/commands.js'
import { listTokens, type Token } from '../../domain/tokens/queries.js'
import { MAX_TOKENS, readExpiry, readScopes } from '../../domain/tokens/rules.js'
import { getUser } from '../../domain/users/queries.js'
import { Invalid } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

interface Options {
  name: string
  scopes: string
  project?: string[]
  context?: string[]
  expires?: string
}

/** `token add`, `list`, `rotate` and `revoke`. */
export function addTokenCommands(program: Command): void {
  const group = program.command('token').description('Manage API tokens with names and limits.')
  group
    .command('add <username>')
    .description('Make a token for an account and print it; it is never shown again.')
    .requiredOption('--name <name>', 'what the token is for')
    .requiredOption('--scopes <scopes>', `what it may do, separated by commas: ${SCOPES.join(', ')}`)
    .option('--project <linknames...>', 'limit it to these projects')
    .option('--context <patterns...>', 'limit the contexts of its checks; * stands for any text')
    .option('--expires <date>', 'when it expires, such as 2027-06-30; by default never')
    .action((username: string, options: Options) => add(username, options))
  group
    .command('list <username>')
    .description('List the tokens of an account: number, name, scopes, limits, end and last use.')
    .action((username: string) => withDatabase((db) => list(db, username)))
  group
    .command('rotate <username> <number>')
    .description('Replace a token and print the new one; the old one stays valid for a day.')
    .option('--expires <date>', 'when the new one expires; by default it lives as long as the old one')
    .action((username: string, number: string, { expires }: { expires?: string }) =>
      withDatabase(async (db) => {
        const user = await getUser(db, username)
        const change = expires === undefined ? {} : { expires: readExpiry(expires) }
        console.log((await rotateToken(db, commandActor(), user, numberOf(number), change)).secret)
      }),
    )
  group
    .command('revoke <username> <number>')
    .description('Revoke a token.')
    .action((username: string, number: string) =>
      withDatabase(async (db) =>
        revokeToken(db, commandActor(), await getUser(db, username), numberOf(number)),
      ),
    )
}

function add(username: string, options: Options): Promise<void> {
  return withDatabase(async (db) => {
    const user = await getUser(db, username)
    const projects: number[] = []
    for (const linkName of options.project ?? []) projects.push((await getProject(db, linkName)).id)
    const { secret } = await createToken(db, commandActor(), user, {
      name: options.name,
      scopes: readScopes(options.scopes.split(',')),
      projects: options.project ? projects : null,
      contexts: options.context ?? null,
      expires: options.expires === undefined ? null : readExpiry(options.expires),
    })
    console.log(secret)
  })
}

async function list(db: Database, username: string): Promise<void> {
  const { id } = await getUser(db, username)
  const tokens = await listTokens(db, id, { limit: MAX_TOKENS })
  const projects = await projectsWith(db, new Set(tokens.flatMap((token) => token.projects ?? [])))
  const namesOf = ({ projects: ids }: Token) =>
    ids?.map((one) => projects.get(one)?.link_name ?? String(one)).join(',') ?? 'all projects'
  printTable(
    tokens.map((token) => [
      String(token.id),
      token.name || '-',
      token.scopes?.join(',') ?? 'all scopes',
      namesOf(token),
      token.contexts?.join(',') ?? 'all contexts',
      token.expires?.slice(0, 10) ?? 'never',
      token.lastUsed?.slice(0, 10) ?? 'unused',
    ]),
  )
}

function numberOf(text: string): number {
  const id = parseId(text)
  if (id === undefined) throw new Invalid(`'${text}' is not the number of a token.`)
  return id
}
