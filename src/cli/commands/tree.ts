import type { Command } from 'commander'
import { getProject } from '../../domain/projects/queries.js'
import { findState, listStates, slugOfName } from '../../domain/states/queries.js'
import { addTree, removeTree } from '../../domain/trees/commands.js'
import { listTrees } from '../../domain/trees/queries.js'
import { Invalid } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withContext } from '../open-context.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** `tree add`, `list` and `remove`: the branches whose commits accept patches. */
export function addTreeCommands(program: Command): void {
  const group = program
    .command('tree')
    .description('Manage the trees of a project: branches whose commits accept its patches.')
  group
    .command('add <linkname> <url>')
    .description('Add a branch of a repository, which the server then fetches regularly.')
    .option('--branch <name>', 'the branch', 'master')
    .option('--state <state>', 'the state that patches get, by its slug', 'accepted')
    .action((linkName: string, url: string, { branch, state }: { branch: string; state: string }) =>
      add(linkName, { url, branch, state }),
    )
  group
    .command('list <linkname>')
    .description('List the trees of a project with number, branch, state, URL and last error.')
    .action((linkName: string) =>
      withDatabase(async (db) => {
        const { id } = await getProject(db, linkName)
        const states = new Map((await listStates(db)).map((state) => [state.id, state.slug]))
        printTable(
          (await listTrees(db, id)).map((tree) => [
            String(tree.id),
            tree.branch,
            states.get(tree.state_id) ?? '',
            tree.url,
            tree.problem ?? '',
          ]),
        )
      }),
    )
  group
    .command('remove <linkname> <number>')
    .description('Remove a tree; patches keep the states and commits that it gave them.')
    .action((linkName: string, number: string) =>
      withDatabase(async (db) => {
        const { id } = await getProject(db, linkName)
        await removeTree(db, commandActor(), id, parseId(number) ?? 0)
      }),
    )
}

function add(
  linkName: string,
  { url, branch, state }: { url: string; branch: string; state: string },
): Promise<void> {
  return withContext(async ({ db, config }) => {
    const { id } = await getProject(db, linkName)
    const found = await findState(db, slugOfName(state))
    if (!found) throw new Invalid(`There is no state '${state}'.`)
    const tree = { url, branch, state_id: found.id }
    console.log(`tree ${await addTree(db, commandActor(), id, tree, config.treeProtocols)} added`)
  })
}
