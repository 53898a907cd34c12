import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.js'
import { protocolOf } from '../domain/trees/rules.js'
import { runGit } from '../receive/public-inbox/git.js'
import { withLock } from '../receive/public-inbox/lock.js'
import { cloneFolder } from '../receive/public-inbox/repositories.js'
import { Invalid } from '../util/errors.js'
import { makeFolder } from '../util/folder.js'
import { makeResolver } from '../util/resolve.js'
import { gitOptions, settingArguments } from './git-settings.js'
import { isLarger, removeLeftovers, SizeGuard } from './limits.js'
import { noteVanished, packMirror } from './pack.js'

/** Bare mirrors of the repositories whose branches are followed. */

/** A branch that is fetched: the URL and the names of the refs that it has in the mirror. */
export interface MirroredBranch {
  readonly id: number
  readonly url: string
  readonly branch: string
}

/** Maximum number of seconds for which a server may send nothing. */
const MAX_SILENCE = 120

/** Complaints of git, and of limits, that a fetch without a depth would end with as well. */
const HOPELESS =
  /unable to access|returned error|too slow|took longer|was stopped|out of memory|couldn't find remote ref/i

export type MirrorConfig = Pick<
  Config,
  'treeFolder' | 'treeProtocols' | 'treeNetworks' | 'treeTimeout' | 'treeSize' | 'treeMemory'
>

/** The ref that a branch has in its mirror, and the one that keeps what was looked at before a forced push. */
export function refsOf({ id }: Pick<MirroredBranch, 'id'>): { head: string; seen: string } {
  return { head: `refs/patchwork/${id}/head`, seen: `refs/patchwork/${id}/seen` }
}

/** A branch of a mirror that is up to date. */
export interface FetchedBranch {
  readonly folder: string
  /** The commit at its head. */
  readonly head: string
}

/**
 * Brings a branch of a mirror up to date, and calls `use` while no other process changes the mirror. `since`: commits from
 * before this time are left out where the server can do that. Throws Invalid with a sentence for what is not allowed and
 * for failures of git, and Conflict while another process uses the mirror.
 */
export async function withBranch<T>(
  tree: MirroredBranch,
  config: MirrorConfig,
  { since, signal }: { since: string; signal?: AbortSignal | undefined },
  use: (branch: FetchedBranch) => Promise<T>,
): Promise<T> {
  const folder = cloneFolder(tree.url, config.treeFolder)
  const pins = await requireAllowed(tree.url, config)
  return await withLock(`${folder}.lock`, 'Another fetch of this tree', async () => {
    await initialise(folder)
    await removeLeftovers(folder)
    const known = await readHead(tree, folder)
    await new Fetch(tree, folder, { pins, config, signal }).run(since)
    const head = await readHead(tree, folder)
    if (head === undefined) throw new Invalid(`The branch ${tree.branch} has no commit.`)
    if (known !== head) {
      if (known !== undefined) await noteVanished(folder, known, head)
      await packMirror(folder, config, signal)
    }
    return await use({ folder, head })
  })
}

/** The commit at the head of a branch in its mirror. */
async function readHead(tree: MirroredBranch, folder: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', `${refsOf(tree).head}^{commit}`]
  const { code, out } = await runGit(folder, args, gitOptions())
  return code === 0 ? out : undefined
}

/** Throws Invalid unless the operator allows the protocol and the network of a URL. Returns the settings that pin it. */
async function requireAllowed(
  url: string,
  { treeProtocols, treeNetworks }: MirrorConfig,
): Promise<(readonly [string, string])[]> {
  const protocol = protocolOf(url)
  if (protocol === undefined || !treeProtocols.includes(protocol))
    throw new Invalid(`Trees are fetched by ${treeProtocols.join(', ')} only.`)
  if (protocol === 'file') return []
  const place = URL.parse(url.includes('://') ? url : `ssh://${url.replace(':', '/')}`)
  if (!place) throw new Invalid('This is not a URL that git can fetch from.')
  const addresses = await makeResolver(treeNetworks, undefined, 'trees are not fetched from')
    .resolve(place)
    .catch((error: Error) => {
      throw new Invalid(error.message)
    })
  if (!/^https?$/.test(protocol)) return []
  const port = place.port || (protocol === 'https' ? '443' : '80')
  // The name may lead elsewhere when git looks it up.
  const hosts = addresses.map((address) => (address.includes(':') ? `[${address}]` : address))
  return [['http.curloptResolve', `${place.hostname}:${port}:${hosts.join(',')}`]]
}

async function initialise(folder: string): Promise<void> {
  if (await stat(join(folder, 'HEAD')).catch(() => undefined)) return
  makeFolder(folder)
  const { code, complaint } = await runGit(
    undefined,
    ['init', '--quiet', '--bare', '--template=', '--', folder],
    gitOptions(),
  )
  if (code !== 0) throw new Invalid(`The mirror could not be made: ${complaint}`)
}

interface FetchOptions {
  readonly pins: readonly (readonly [string, string])[]
  readonly config: MirrorConfig
  readonly signal: AbortSignal | undefined
}

/** One fetch into a mirror. */
class Fetch {
  readonly #tree: MirroredBranch
  readonly #folder: string
  readonly #options: FetchOptions

  constructor(tree: MirroredBranch, folder: string, options: FetchOptions) {
    this.#tree = tree
    this.#folder = folder
    this.#options = options
  }

  /** Of a branch that is new to the mirror, old history is left out where the server can do that. */
  async run(since: string): Promise<void> {
    const known = await runGit(
      this.#folder,
      ['rev-parse', '--verify', '--quiet', refsOf(this.#tree).head],
      gitOptions(),
    )
    if (known.code === 0) {
      const problem = await this.#fetch([])
      if (problem !== undefined) throw new Invalid(problem)
      return
    }
    const shallow = await this.#fetch([`--shallow-since=${since}`])
    if (shallow === undefined) return
    if (HOPELESS.test(shallow)) throw new Invalid(shallow)
    // A branch may have no commit since then; dumb servers and those that are cut off themselves know no depth.
    const problem = await this.#fetch(/no commits selected/i.test(shallow) ? ['--depth=1'] : [])
    if (problem !== undefined) throw new Invalid(problem)
  }

  /** Runs git; returns what went wrong. */
  async #fetch(options: readonly string[]): Promise<string | undefined> {
    const { branch, url } = this.#tree
    const { pins, config, signal } = this.#options
    const { treeProtocols, treeTimeout, treeSize, treeMemory } = config
    const guard = new SizeGuard(this.#folder, treeSize)
    const base = gitOptions({
      timeout: treeTimeout * 1000,
      memory: treeMemory,
      signal: signal ? AbortSignal.any([signal, guard.signal]) : guard.signal,
    })
    const silence = Math.min(MAX_SILENCE, Math.ceil(treeTimeout / 2))
    const settings = settingArguments([
      ...pins,
      ['http.lowSpeedLimit', '1'],
      ['http.lowSpeedTime', `${silence}`],
    ])
    const refspec = `+refs/heads/${branch}:${refsOf(this.#tree).head}`
    const fetch = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--update-shallow',
    ]
    const { code, complaint, firstComplaint } = await runGit(
      this.#folder,
      [...settings, ...fetch, ...options, '--', url, refspec],
      { ...base, env: { ...base.env, GIT_ALLOW_PROTOCOL: treeProtocols.join(':') } },
    ).finally(() => guard.stop())
    if (guard.signal.aborted || (await isLarger(this.#folder, treeSize)))
      throw new TooLarge(`The repository is larger than ${treeSize} bytes.`)
    return code === 0 ? undefined : `git fetch failed: ${firstComplaint || complaint}`
  }
}

/** A mirror has become larger than the operator allows; trying again soon would only move the same bytes. */
export class TooLarge extends Invalid {}

/** The commits at which the history of a mirror is cut off: they look like roots that add whole trees. */
export async function readShallow(folder: string): Promise<Set<string>> {
  const text = await readFile(join(folder, 'shallow'), 'utf8').catch(() => '')
  return new Set(text.split('\n').filter((line) => line !== ''))
}
