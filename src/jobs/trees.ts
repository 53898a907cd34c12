import type { Context } from '../config/context.js'
import { listDueTrees, type Tree } from '../domain/trees/queries.js'
import { noteFetch } from '../domain/trees/updates.js'
import { acceptTree } from '../trees/accept.js'
import { TooLarge } from '../trees/mirror.js'
import { Conflict, PatchworkError } from '../util/errors.js'
import { Semaphore } from '../util/semaphore.js'
import { DAY_MS, timeAfter, toTime } from '../util/time.js'
import type { Job } from './job.js'

/** Time from one fetch of a tree to the next, and after one that failed; in milliseconds. */
const INTERVAL_MS = 5 * 60_000
const RETRY_MS = 30 * 60_000
/** The same for a repository that is too large. */
const RETRY_LARGE_MS = DAY_MS

/** Trees that one run fetches, and how many of them at once: a slow server does not keep the others waiting. */
const MAX_TREES = 50
const AT_ONCE = 4

/** Fetches the trees of projects that are due, and accepts the patches that became commits of them. */
export const trees: Job = {
  name: 'trees',
  // Quick, because a push only says that a tree is due.
  every: 10,
  async run(context, signal) {
    const due = await listDueTrees(context.db, toTime(context.now()), MAX_TREES)
    const places = new Semaphore(AT_ONCE)
    const outcomes = await Promise.all(
      due.map((tree) =>
        places.run(async () => (signal.aborted ? undefined : await fetchOne(context, tree, signal))),
      ),
    )
    const done = outcomes.filter((outcome) => outcome !== undefined)
    return done.length > 0 ? done.join('; ') : undefined
  },
}

/** Maximum number of characters of a problem that is kept. */
const MAX_PROBLEM = 500

/** Problems of one tree are shown in the settings of its project: its maintainers entered it. */
async function fetchOne(context: Context, tree: Tree, signal: AbortSignal): Promise<string | undefined> {
  const { db, now } = context
  try {
    const { accepted, suggested } = await acceptTree(context, tree, { signal })
    if (signal.aborted) return undefined
    await noteFetch(db, tree.id, {
      fetched: toTime(now()),
      due: timeAfter(now(), INTERVAL_MS),
      problem: null,
    })
    return accepted + suggested > 0
      ? `${tree.branch}: ${accepted} patches accepted, ${suggested} suggested`
      : undefined
  } catch (error) {
    // Another process fetches it.
    if (signal.aborted || error instanceof Conflict) return undefined
    if (!(error instanceof PatchworkError)) throw error
    const problem = error.message.slice(0, MAX_PROBLEM)
    const pause = error instanceof TooLarge ? RETRY_LARGE_MS : RETRY_MS
    await noteFetch(db, tree.id, { due: timeAfter(now(), pause), problem })
    return `${tree.branch}: ${problem}`
  }
}
