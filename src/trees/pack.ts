import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.js'
import { runGit } from '../receive/public-inbox/git.js'
import { gitOptions, settingArguments } from './git-settings.js'
import { SizeGuard } from './limits.js'

/** Packs the packs of a mirror again: each fetch brings one, and git looks through all of them for each object. */

/** Number of packs, and of files of single objects, from which on they are packed. */
export const MAX_PACKS = 20
const MAX_LOOSE = 5000

/** A file in a mirror that says that a forced push left commits behind that no branch leads to. */
const VANISHED = 'patchwork-vanished'

/** Packing uses one processor and this memory for each window. */
const PACKING: readonly (readonly [key: string, value: string])[] = [
  ['pack.threads', '1'],
  ['pack.windowMemory', '64m'],
  ['pack.deltaCacheSize', '64m'],
  ['repack.writeBitmaps', 'false'],
  ['repack.updateServerInfo', 'false'],
]

/** Notes in a mirror that the branch does not lead to its old head any more. */
export async function noteVanished(folder: string, old: string, head: string): Promise<void> {
  const { code } = await runGit(folder, ['merge-base', '--is-ancestor', old, head], gitOptions())
  if (code === 1) await writeFile(join(folder, VANISHED), '')
}

/**
 * Packs a mirror if it has become many files, while nobody else uses it. Only packs that are small beside the others become
 * one, so that the work is in proportion to what was fetched since; after forced pushes all become one, without the commits
 * that no branch leads to. It has the limits of a fetch, and may take twice the size for a while. Where it fails, the mirror
 * stays as it is, and the next attempt comes after as many fetches.
 */
export async function packMirror(
  folder: string,
  { treeTimeout, treeSize, treeMemory }: Pick<Config, 'treeTimeout' | 'treeSize' | 'treeMemory'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const packs = (await namesIn(join(folder, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'))
  const isDue = packs.length > 0 && packs.length % MAX_PACKS === 0
  if (!isDue && !(await hasManyLoose(folder))) return
  const marker = join(folder, VANISHED)
  const isVanished = (await stat(marker).catch(() => undefined)) !== undefined
  const guard = new SizeGuard(folder, 2 * treeSize)
  const repack = ['repack', '--quiet', '-d', isVanished ? '-a' : '--geometric=2']
  const { code } = await runGit(folder, [...settingArguments(PACKING), ...repack], {
    ...gitOptions(),
    timeout: treeTimeout * 1000,
    memory: treeMemory,
    signal: signal ? AbortSignal.any([signal, guard.signal]) : guard.signal,
  }).finally(() => guard.stop())
  if (code === 0 && isVanished) await rm(marker)
}

/** Whether a mirror has many single objects: servers that only serve files send them so. */
async function hasManyLoose(folder: string): Promise<boolean> {
  let count = 0
  for (const name of await namesIn(join(folder, 'objects')))
    if (/^[0-9a-f]{2}$/.test(name)) count += (await namesIn(join(folder, 'objects', name))).length
  return count > MAX_LOOSE
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => [])
}
