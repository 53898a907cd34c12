import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { Invalid, PatchworkError } from '../../util/errors.js'
import { hashesOf, listCommits, parseUpdates, readSetting } from '../post-receive/git.js'
import { acceptPatch, findPatch, type Remote } from '../post-receive/remote.js'
import { acceptTrees } from './accept-tree.js'

interface Options {
  server?: string
  project?: string
  branch?: string[]
  tree?: string
  range?: string
}

const BRANCHES = ['refs/heads/master:accepted', 'refs/heads/main:accepted']

export function addAcceptCommand(program: Command): void {
  program
    .command('accept-commits [project]')
    .description(
      'Mark the patches of commits as accepted: of the trees of a project, or from the post-receive hook of a repository.',
    )
    .option('--tree <tree>', 'with a project: only this tree, by its number, URL or branch')
    .option('--range <range>', 'with a project and a tree: only these commits, such as v2.40..v2.41')
    .option(
      '--server <url>',
      'URL of the API, such as https://patchwork.example.org/api/1.2 (default: pw.server)',
    )
    .option('--project <linkname>', 'link name of the project (default: pw.project)')
    .option(
      '--branch <ref:state...>',
      `state for commits that are pushed to a ref (default: ${BRANCHES.join(' ')})`,
    )
    .addHelpText(
      'after',
      `
With a project, its trees are fetched now, as the server does from time to time. Without one, it
reads the input of a post-receive hook from standard input, finds the patch of each commit by the hash of its diff,
and sets its state and commit through the API. Defaults come from the git configuration, as for git-pw. The API
token is read from PATCHWORK_TOKEN or pw.token.`,
    )
    .action(async (project: string | undefined, options: Options) => {
      if (project !== undefined) {
        await acceptTrees(project, options)
        return
      }
      if (options.tree !== undefined || options.range !== undefined)
        throw new Invalid('--tree and --range need a project.')
      const remote = await remoteOf(options)
      const states = parseBranches(options.branch ?? BRANCHES)
      const ok = await acceptAll(remote, states, await text(process.stdin))
      if (!ok) process.exitCode = 1
    })
}

async function remoteOf(options: Options): Promise<Remote> {
  const server = options.server ?? (await readSetting('pw.server'))
  const project = options.project ?? (await readSetting('pw.project'))
  const token = process.env.PATCHWORK_TOKEN ?? (await readSetting('pw.token'))
  if (!server || !/^https?:$/.test(URL.parse(server)?.protocol ?? ''))
    throw new Invalid('The URL of the API is missing; give --server or set pw.server.')
  if (!project) throw new Invalid('The project is missing; give --project or set pw.project.')
  if (!token) throw new Invalid('The token is missing; set PATCHWORK_TOKEN or pw.token.')
  return { api: server.replace(/\/+$/, ''), project, token }
}

/** States by the refs whose commits get them. */
function parseBranches(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map((each) => {
      const [, ref, state] = /^(refs\/[^\s:]+):(.+)$/.exec(each) ?? []
      if (!ref || !state) throw new Invalid(`'${each}' is not a ref and a state such as ${BRANCHES[0]}.`)
      return [ref, state]
    }),
  )
}

async function acceptAll(remote: Remote, states: Map<string, string>, input: string): Promise<boolean> {
  let ok = true
  for (const update of parseUpdates(input)) {
    const state = states.get(update.ref)
    if (state === undefined) continue
    for (const commit of await listCommits(update)) {
      try {
        console.log(`${commit.slice(0, 12)}: ${await accept(remote, commit, state)}`)
      } catch (error) {
        // The next commit may fare better, and a hook is not run again.
        if (!(error instanceof PatchworkError)) throw error
        console.error(`${commit.slice(0, 12)}: ${error.message}`)
        ok = false
      }
    }
  }
  return ok
}

async function accept(remote: Remote, commit: string, state: string): Promise<string> {
  for (const hash of await hashesOf(commit)) {
    const patch = await findPatch(remote, hash)
    if (!patch) continue
    if (patch.commit_ref === commit) return `patch ${patch.id} already has this commit`
    await acceptPatch(remote, patch.id, state, commit)
    return `patch ${patch.id} is ${state}`
  }
  return 'no patch has this change'
}
