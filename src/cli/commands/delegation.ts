import type { Command } from 'commander'
import { capabilities } from '../../db/dialect/dialect.js'
import { NO_PRIORITY, parsePriority } from '../../domain/projects/delegation-rules.js'
import { getProject, listDelegationRules } from '../../domain/projects/queries.js'
import { addRule, removeRule } from '../../domain/projects/rights.js'
import { getUser, usersById } from '../../domain/users/queries.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** `delegation add`, `list` and `remove`. */
export function addDelegationCommands(program: Command): void {
  const group = program
    .command('delegation')
    .description('Manage delegation rules: which user gets patches to which files.')
  group
    .command('add <linkname> <pattern> <username>')
    .description('Delegate a patch to a user if all its files match the pattern; * also matches slashes.')
    .option('--priority <number>', 'rules with a higher priority come first', '0')
    .action((linkName: string, path: string, username: string, { priority }: { priority: string }) =>
      add(linkName, path, username, priority),
    )
  group
    .command('list <linkname>')
    .description('List the rules of a project, in the order in which they apply.')
    .action((linkName: string) => list(linkName))
  group
    .command('remove <linkname> <pattern>')
    .description('Remove the rule with this pattern.')
    .action((linkName: string, path: string) =>
      withDatabase(async (db) => {
        await removeRule(db, commandActor(), await getProject(db, linkName), path)
      }),
    )
}

function add(linkName: string, path: string, username: string, priority: string): Promise<void> {
  const number = parsePriority(priority)
  if (number === undefined) throw new Invalid(NO_PRIORITY)
  return withDatabase(async (db) => {
    const [project, user] = [await getProject(db, linkName), await getUser(db, username)]
    try {
      await addRule(db, commandActor(), project, user, { path, priority: number })
    } catch (error) {
      if (capabilities(db).isUniqueViolation(error))
        throw new Conflict(`'${linkName}' already has a rule for '${path}'.`)
      throw error
    }
  })
}

function list(linkName: string): Promise<void> {
  return withDatabase(async (db) => {
    const { id } = await getProject(db, linkName)
    const rules = await listDelegationRules(db, id)
    const users = await usersById(db, [...new Set(rules.map(({ user_id }) => user_id))])
    const names = new Map(users.map((user) => [user.id, user.username]))
    printTable(rules.map(({ path, user_id, priority }) => [String(priority), path, names.get(user_id) ?? '']))
  })
}
