import { hashDiff } from '../../mail/diff.js'
import { Invalid } from '../../util/errors.js'
import { runProcess } from '../../util/process.js'

/** Queries to the git repository that received a push. */

/** Maximum size of the diff of one commit, in bytes; a larger one was never mailed. */
const MAX_BYTES = 64 * 1024 * 1024

/** How long git may take for one answer, in milliseconds. */
const GIT_TIMEOUT_MS = 5 * 60_000

/** A push of more is an import of history, not of patches from a list. */
const MAX_COMMITS = 10_000

async function git(...options: string[]): Promise<string> {
  const { code, out, complaint } = await runProcess('git', options, {
    maxOutput: MAX_BYTES,
    timeout: GIT_TIMEOUT_MS,
  })
  if (code !== 0) throw new Invalid(`git ${options[0]} failed: ${complaint}`)
  return out
}

/** A ref before and after a push; a name of zeros stands for none. */
export interface Update {
  before: string
  after: string
  ref: string
}

const UPDATE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/\S+)$/

/** The lines that a post-receive hook reads from git. Throws Invalid for any other line. */
export function parseUpdates(text: string): Update[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, before, after, ref] = UPDATE.exec(line) ?? []
      if (!before || !after || !ref)
        throw new Invalid(
          'Standard input must have lines as git gives them to a post-receive hook: OLD NEW REF.',
        )
      return { before, after, ref }
    })
}

function isNone(name: string): boolean {
  return /^0+$/.test(name)
}

/** The commits that a push brought to a branch, the oldest first, without merges; of a new branch, those no other has. */
export async function listCommits({ before, after, ref }: Update): Promise<string[]> {
  if (isNone(after)) return []
  const known = isNone(before) ? await otherRefs(ref) : [before]
  const range = [after, ...known.map((name) => `^${name}`), '--']
  const text = await git('rev-list', '--no-merges', '--reverse', `--max-count=${MAX_COMMITS}`, ...range)
  return text.split('\n').filter((line) => line !== '')
}

async function otherRefs(ref: string): Promise<string[]> {
  const text = await git('for-each-ref', '--format=%(refname)', 'refs/heads')
  return text.split('\n').filter((name) => name !== '' && name !== ref)
}

/** The ways in which senders may have let git write their diffs; renames are a matter of their settings. */
const WAYS = [['--find-renames'], ['--no-renames'], ['--find-copies']]

/** The hashes that the patch of a commit may have, the likeliest first. */
export async function hashesOf(commit: string): Promise<string[]> {
  const hashes = new Set<string>()
  for (const way of WAYS) {
    const plain = ['--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/']
    hashes.add(hashDiff(await git('diff-tree', '--root', '--no-commit-id', '-p', ...plain, ...way, commit)))
  }
  return [...hashes]
}

/** A value of git's configuration; undefined if it has none. */
export async function readSetting(name: string): Promise<string | undefined> {
  return await git('config', '--get', name).then(
    (text) => text.trim() || undefined,
    () => undefined,
  )
}
