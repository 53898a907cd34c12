import { getProject } from '../../domain/projects/queries.js'
import { selectTrees } from '../../domain/trees/commands.js'
import { listTrees } from '../../domain/trees/queries.js'
import { type AcceptOptions, acceptTree } from '../../trees/accept.js'
import { Invalid } from '../../util/errors.js'
import { withContext } from '../open-context.js'

/** `accept-commits PROJECT`: the trees of a project are fetched now, by this process. */
export function acceptTrees(
  linkName: string,
  { tree, range }: { tree?: string | undefined; range?: string | undefined },
): Promise<void> {
  return withContext(async (context) => {
    const { id } = await getProject(context.db, linkName)
    const all = await listTrees(context.db, id)
    const chosen =
      tree === undefined || all.some((each) => each.branch === tree) ? { branch: tree } : { tree }
    const trees = selectTrees(all, chosen)
    if (range !== undefined && trees.length > 1) throw new Invalid('A range needs a tree; give it by --tree.')
    const options: AcceptOptions = {
      range,
      onCommit: ({ commit, patch, reason, outcome }) =>
        console.log(`${commit.slice(0, 12)}: patch ${patch} is ${outcome}, recognised ${reason}`),
    }
    for (const each of trees) {
      const { commits, accepted, suggested } = await acceptTree(context, each, options)
      console.log(
        `${each.branch}: ${commits} commits read, ${accepted} patches accepted, ${suggested} suggested`,
      )
    }
  })
}
