import { hash } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Invalid } from '../../util/errors.js'
import { makeFolder } from '../../util/folder.js'
import { isAddress, parseInboxAddress } from './address.js'
import { type GitOptions, runGit, TRANSFER_TIMEOUT_MS } from './git.js'

/** The repositories of public-inbox archives: local folders, and clones of remote ones. */

/** One repository of an archive. */
export interface Epoch {
  /** The epoch; an archive of the first layout has only one. */
  readonly number: number
  readonly folder: string
}

/** More epochs than any list has; lkml has about twenty. */
const MAX_EPOCHS = 1000

/**
 * The repositories of an archive by its canonical name, the oldest first: those of a folder unchanged; those of a URL
 * cloned into `folder`, or updated. Throws Invalid if there are none.
 */
export async function findEpochs(source: string, folder: string, options: GitOptions = {}): Promise<Epoch[]> {
  if (isAddress(source)) return await cloneEpochs(source, folder, options)
  for (const under of [join(source, 'git'), source]) {
    const epochs = await numbered(under)
    if (epochs.length > 0) return epochs
  }
  for (const candidate of [source, join(source, '.git')])
    if (await isRepository(candidate)) return [{ number: 0, folder: candidate }]
  throw new Invalid(`'${source}' is not a public-inbox archive: it has no git repository.`)
}

/** `0.git`, `1.git` and so on. */
async function numbered(folder: string): Promise<Epoch[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap((name) => {
      const [, number] = /^(\d{1,3})\.git$/.exec(name) ?? []
      return number === undefined ? [] : [{ number: Number(number), folder: join(folder, name) }]
    })
    .toSorted((a, b) => a.number - b.number)
}

async function isRepository(folder: string): Promise<boolean> {
  const hasHead = await stat(join(folder, 'HEAD')).catch(() => undefined)
  return hasHead !== undefined && (await runGit(folder, ['rev-parse', '--git-dir'])).code === 0
}

/**
 * The folder for clones of a URL: a readable name, and a digest to distinguish `a/b_c` and `a/b/c`. The password is not
 * part of its name, because it may change.
 */
export function cloneFolder(address: string, folder: string): string {
  const { source } = parseInboxAddress(address)
  const readable = source.replace(/^[a-z+]+:\/\//, '')
  const name = readable.replaceAll(/[^\w.@-]+/g, '_').slice(0, MAX_NAME)
  return join(folder, `${name}-${hash('sha256', source, 'hex').slice(0, 16)}`)
}

const MAX_NAME = 100

/**
 * Earlier versions named folders by the whole URL, including its password: a folder whose clones all belong to this
 * URL gets its new name, and the password is removed from the clones.
 */
async function adoptOld(source: string, folder: string, clones: string): Promise<void> {
  if ((await numbered(clones)).length > 0) return
  for (const name of await readdir(folder).catch(() => [])) {
    const old = join(folder, name)
    const epochs = name.endsWith('.lock') ? [] : await numbered(old)
    if (epochs.length === 0 || !(await areOf(source, epochs))) continue
    await rename(old, clones)
    for (const { folder: epoch } of await numbered(clones)) await hideOrigin(epoch)
    return
  }
}

async function areOf(source: string, epochs: readonly Epoch[]): Promise<boolean> {
  for (const { folder, number } of epochs) {
    const origin = parseInboxAddress(await originOf(folder)).source
    if (origin !== source && origin !== `${source}/${number}`) return false
  }
  return true
}

async function originOf(folder: string): Promise<string> {
  return (await runGit(folder, ['config', '--get', 'remote.origin.url'])).out
}

/** Replaces the URL of a clone by one without a password. The old URL is never passed to git as an argument. */
async function hideOrigin(folder: string): Promise<void> {
  const origin = await originOf(folder)
  const { source } = parseInboxAddress(origin)
  if (source !== origin) await runGit(folder, ['config', '--replace-all', 'remote.origin.url', source])
}

async function cloneEpochs(source: string, folder: string, options: GitOptions): Promise<Epoch[]> {
  const clones = cloneFolder(source, folder)
  await adoptOld(source, folder, clones)
  const known = await numbered(clones)
  for (const epoch of known.slice(0, -1)) await fetchNew(epoch, options)
  // Only the newest epoch grows, but any may be rewritten, and there may be a new one.
  for (let number = Math.max(0, known.length - 1); number < MAX_EPOCHS; number++) {
    const epoch = { number, folder: join(clones, `${number}.git`) }
    if (known.some((other) => other.number === number)) await fetchNew(epoch, options)
    else if (await isThere(`${source}/${number}`, options)) await clone(`${source}/${number}`, epoch, options)
    else break
  }
  const epochs = await numbered(clones)
  if (epochs.length > 0) return epochs
  await clone(source, { number: 0, folder: join(clones, '0.git') }, options)
  return await numbered(clones)
}

/** Timeout for a server to list its refs, in milliseconds. */
const PROBE_TIMEOUT_MS = 2 * 60_000

async function isThere(url: string, options: GitOptions): Promise<boolean> {
  const ran = await runGit(undefined, ['ls-remote', '--', url, 'HEAD'], {
    ...options,
    timeout: PROBE_TIMEOUT_MS,
  })
  return ran.code === 0
}

/** Clones a repository; an aborted clone leaves no folder that looks complete. */
async function clone(url: string, { folder }: Epoch, options: GitOptions): Promise<void> {
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  makeFolder(dirname(folder))
  const { code, complaint } = await runGit(
    undefined,
    ['clone', '--quiet', '--mirror', '--', url, unfinished],
    { ...options, timeout: TRANSFER_TIMEOUT_MS },
  )
  if (code !== 0) throw new Invalid(`'${url}' cannot be cloned: ${complaint}`)
  await rename(unfinished, folder)
}

async function fetchNew({ folder }: Epoch, options: GitOptions): Promise<void> {
  const { code, complaint } = await runGit(folder, ['fetch', '--quiet', '--prune', 'origin'], {
    ...options,
    timeout: TRANSFER_TIMEOUT_MS,
  })
  if (code !== 0) throw new Invalid(`'${folder}' cannot be updated: ${complaint}`)
}
