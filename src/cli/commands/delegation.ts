import type { Command } from 'commander'
import { capabilities } from '../../db/dialect/dialect.js'
import { Conflict, Invalid, NotFound } from '../../errors.js'
import {
  deleteDelegationRule,
  getProject,
  insertDelegationRule,
  listDelegationRules,
} from '../../store/project.js'
import { getUser, usersById } from '../../store/user.js'
import { audited } from '../audit.js'
import { withDatabase } from '../database.js'
import { printTable } from '../table.js'

/** `delegation add`, `list` and `remove`. */
export function addDelegationCommands(program: Command): void {
  const group = program.command('delegation').description('Who gets the patches to which files.')
  group
    .command('add <linkname> <pattern> <username>')
    .description('Delegate patches to a user if all their files match; * in the pattern crosses slashes.')
    .option('--priority <number>', 'rules of higher priority come first', '0')
    .action((linkName: string, path: string, username: string, { priority }: { priority: string }) =>
      add(linkName, path, username, priority),
    )
  group
    .command('list <linkname>')
    .description('List the rules of a project, those that win first.')
    .action((linkName: string) => list(linkName))
  group
    .command('remove <linkname> <pattern>')
    .description('Remove the rule of that pattern.')
    .action((linkName: string, path: string) =>
      withDatabase(async (database) => {
        const { id } = await getProject(database, linkName)
        await audited(database, async (db) => {
          if (!(await deleteDelegationRule(db, id, path)))
            throw new NotFound(`'${linkName}' has no rule for '${path}'.`)
          return { action: 'remove', kind: 'delegation rule', name: path, projectId: id }
        })
      }),
    )
}

function add(linkName: string, path: string, username: string, priority: string): Promise<void> {
  if (!/^-?\d{1,9}$/.test(priority)) throw new Invalid('The priority must be a whole number.')
  return withDatabase(async (database) => {
    const [project, user] = [await getProject(database, linkName), await getUser(database, username)]
    const rule = { project_id: project.id, user_id: user.id, path, priority: Number(priority) }
    try {
      await audited(database, async (db) => {
        await insertDelegationRule(db, rule)
        const after = { delegate: username, priority: rule.priority }
        return { action: 'add', kind: 'delegation rule', name: path, projectId: project.id, after }
      })
    } catch (error) {
      if (capabilities(database).isUniqueViolation(error))
        throw new Conflict(`'${linkName}' has a rule for '${path}' already.`)
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
