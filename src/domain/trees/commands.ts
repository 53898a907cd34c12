import { canEditProject } from '../../auth/permissions.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Invalid, NotFound } from '../../util/errors.js'
import type { GitProtocol } from '../../util/urls.js'
import { type Actor, type Input, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { requireSetUp } from '../projects/rights.js'
import { requireRules } from '../rule.js'
import { listStates } from '../states/queries.js'
import { findTree, listTrees, type Tree } from './queries.js'
import { bareBranch, MAX_TREES, protocolOf, TREE_RULES } from './rules.js'
import { deleteTree, insertTree, markDue, type NewTree } from './updates.js'

/** Changes of the trees of a project by users: each with its entry in the audit trail. */

export type TreeInput = Pick<NewTree, 'url' | 'branch' | 'state_id'>

/**
 * Adds a tree to a project; returns its id. `protocols`: those that the operator allows. Throws Forbidden, Invalid, and
 * Conflict if the project has that tree.
 */
export async function addTree(
  database: Database,
  actor: Actor,
  projectId: number,
  input: Input<TreeInput>,
  protocols: readonly GitProtocol[],
): Promise<number> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, projectId)
    const { url, branch: name, state_id } = await readInput(db, input)
    const branch = bareBranch(name)
    requireRules(TREE_RULES, { url, branch })
    requireProtocol(url, protocols)
    const known = await listTrees(db, projectId)
    if (known.length >= MAX_TREES) throw new Invalid(`A project has at most ${MAX_TREES} trees.`)
    const id = await insertOrConflict(db, { project_id: projectId, url, branch, state_id })
    const state = (await listStates(db)).find((each) => each.id === state_id)
    const after = { branch, state: state?.slug }
    await recordChange(db, actor, { action: 'add', kind: 'tree', name: url, projectId, after })
    return id
  })
}

function requireProtocol(url: string, protocols: readonly GitProtocol[]): void {
  const protocol = protocolOf(url)
  if (protocol !== undefined && protocols.includes(protocol)) return
  const sentence = `Trees are fetched by ${protocols.join(', ')} only; the operator of the server can allow others.`
  throw new Invalid(sentence, { url: [sentence] })
}

async function insertOrConflict(db: Database, tree: NewTree): Promise<number> {
  const known = await listTrees(db, tree.project_id)
  if (known.some(({ url, branch }) => url === tree.url && branch === tree.branch))
    throw new Conflict('The project has this tree already.')
  try {
    return await insertTree(db, tree)
  } catch (error) {
    if (!capabilities(db).isUniqueViolation(error)) throw error
    throw new Conflict('The project has this tree already.')
  }
}

/** Removes a tree; patches keep the states and commits that they got from it. Throws NotFound and Forbidden. */
export async function removeTree(
  database: Database,
  actor: Actor,
  projectId: number,
  id: number,
): Promise<void> {
  await transaction(database, async (db) => {
    await requireSetUp(db, actor, projectId)
    const tree = await findTree(db, projectId, id)
    if (!tree) throw new NotFound('No Tree matches the given query.')
    await deleteTree(db, id)
    const before = { branch: tree.branch }
    await recordChange(db, actor, { action: 'remove', kind: 'tree', name: tree.url, projectId, before })
  })
}

/** Which trees were pushed to; neither: all. */
export interface Push {
  /** The id of a tree, or its URL. */
  readonly tree?: string | undefined
  readonly branch?: string | undefined
}

/**
 * Has the trees fetched that somebody pushed to; returns them. For the maintainers of the project. Throws Forbidden, and
 * Invalid if it has no such tree.
 */
export async function tellPush(
  database: Database,
  actor: Actor,
  projectId: number,
  input: Input<Push>,
): Promise<Tree[]> {
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'states', (viewer) => canEditProject(viewer, { id: projectId }))
    const { tree, branch } = await readInput(db, input)
    const trees = selectTrees(await listTrees(db, projectId), { tree, branch })
    await markDue(
      db,
      trees.map(({ id }) => id),
    )
    return trees
  })
}

/** Those trees that a push names. Throws Invalid if there are none. */
export function selectTrees(trees: readonly Tree[], { tree, branch }: Push): Tree[] {
  const wanted = branch === undefined ? undefined : bareBranch(branch)
  const found = trees.filter(
    (each) =>
      (tree === undefined || String(each.id) === tree || each.url === tree) &&
      (wanted === undefined || each.branch === wanted),
  )
  if (found.length > 0) return found
  if (trees.length === 0) throw new Invalid('The project has no trees.')
  const sentence = `The project has no such tree; its branches are ${[...new Set(trees.map((each) => each.branch))].join(', ')}.`
  throw new Invalid(sentence, { [tree === undefined ? 'branch' : 'tree']: [sentence] })
}
