import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { versionTargets } from '../ingest/prerequisites.js'
import { hashDiff } from '../mail/diff.js'
import { gitLines, runGit, startGit } from '../receive/public-inbox/git.js'
import { inParts } from '../util/batches.js'
import { Invalid } from '../util/errors.js'
import { diffKey } from './diff-key.js'
import { gitOptions, settingArguments } from './git-settings.js'
import { readShallow } from './mirror.js'

/** Reads commits of a mirror with what patches are recognised by. */

export interface Commit {
  readonly id: string
  readonly authorName: string
  readonly authorEmail: string
  /** When it was committed, in milliseconds. */
  readonly committed: number
  readonly subject: string
  /** Message ids, in brackets, and things of this site that its trailers name. */
  readonly targets: readonly string[]
  /** Its diff as git writes it by default; undefined if it is too large. */
  readonly diff: string | undefined
  /** The hashes of its diff, in each way of writing renames. */
  readonly hashes: readonly string[]
  readonly diffKeys: readonly string[]
}

/** Maximum number of commits that one run looks at; the next run goes on with the rest. */
export const MAX_COMMITS = 20_000

/** Maximum size of the diff of a commit, in bytes; a larger one was never mailed. */
const MAX_DIFF = 8 * 1024 * 1024

/** Maximum number of characters of a message that are read, and of targets that it names. */
const MAX_MESSAGE = 100_000
const MAX_TARGETS = 20

/** How long git may be silent, in milliseconds. */
const GIT_TIMEOUT_MS = 10 * 60_000

interface Range {
  /** A revision range, or commits. */
  readonly revisions: readonly string[]
  /** Only commits from this time on. */
  readonly since?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** The commits of a range without merges, parents first; those at which the history is cut off are left out. */
export async function listCommits(folder: string, { revisions, since, signal }: Range): Promise<string[]> {
  const shallow = await readShallow(folder)
  const options = ['rev-list', '--no-merges', '--topo-order', '--reverse']
  if (since !== undefined) options.push(`--since=${since}`)
  const commits: string[] = []
  const args = [...settingArguments(), ...options, ...revisions, '--']
  for await (const line of gitLines(folder, args, gitOptions({ signal }))) {
    if (!shallow.has(line)) commits.push(line)
    if (commits.length === MAX_COMMITS) break
  }
  return commits
}

/** Those of some commits that a mirror has. */
export async function listExisting(folder: string, ids: readonly string[]): Promise<string[]> {
  const existing: string[] = []
  for (const some of inParts(ids, MAX_ARGUMENTS)) {
    const args = ['rev-list', '--no-walk=unsorted', '--ignore-missing', ...some]
    for await (const line of gitLines(folder, args, gitOptions())) existing.push(line)
  }
  return existing
}

/** Maximum number of commits that one command names. */
const MAX_ARGUMENTS = 500

/** Whether a commit is an ancestor of another one. */
export async function isAncestor(folder: string, commit: string, of: string): Promise<boolean> {
  return (await runGit(folder, ['merge-base', '--is-ancestor', commit, of], gitOptions())).code === 0
}

/** The ways in which senders may have let git write their diffs. */
const WAYS = [['--find-renames'], ['--no-renames'], ['--find-copies']]

const PLAIN = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-show-signature',
  '--no-notes',
  '--no-mailmap',
  '--encoding=UTF-8',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--unified=3',
  '--root',
]

/** Reads some commits, in their order. Throws Invalid if git fails. */
export async function readCommits(
  folder: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Commit[]> {
  if (ids.length === 0) return []
  const [first, ...others] = await inSequence(WAYS, (way) => readWay(folder, ids, way, signal))
  return ids.flatMap((id) => {
    const known = first?.get(id)
    if (!known) return []
    const diffs = [known, ...others.map((way) => way.get(id))].flatMap((each) => each?.diff ?? [])
    return [describe(id, known, [...new Set(diffs)])]
  })
}

async function inSequence<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

interface RawCommit {
  readonly header: readonly string[]
  readonly message: string
  readonly diff: string | undefined
}

function describe(id: string, { header, message, diff }: RawCommit, diffs: readonly string[]): Commit {
  const [authorName = '', authorEmail = '', committed = '0'] = header
  const written = diffs.filter((each) => each.trim() !== '')
  return {
    id,
    authorName,
    authorEmail: authorEmail.toLowerCase(),
    committed: Number(committed) * 1000,
    subject: message.split('\n', 1)[0] ?? '',
    targets: targetsIn(message),
    diff: diff?.trim() === '' ? undefined : diff,
    hashes: [...new Set(written.map(hashDiff))],
    diffKeys: [...new Set(written.flatMap((each) => diffKey(each) ?? []))],
  }
}

const TRAILER = /^(?:link|message-id):\s*(\S.{0,2000})$/i

/** What the trailers `Link:` and `Message-Id:` name. */
function targetsIn(message: string): string[] {
  const targets = new Set<string>()
  for (const line of message.split('\n')) {
    const value = TRAILER.exec(line)?.[1]
    if (value === undefined) continue
    const word = value.split(/\s+/, 1)[0] ?? ''
    const bare = /^<?([^\s<>@:/]+@[^\s<>@/]+)>?$/.exec(word)?.[1]
    for (const target of bare === undefined ? versionTargets(word) : [`<${bare}>`]) targets.add(target)
    if (targets.size >= MAX_TARGETS) break
  }
  return [...targets]
}

/** Reads commits with their diffs written in one way; each in a part that begins with a mark that nobody can guess. */
async function readWay(
  folder: string,
  ids: readonly string[],
  way: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, RawCommit>> {
  const mark = `patchwork-${randomBytes(16).toString('hex')}`
  const format = `--format=${mark}%n%H%n%an%n%ae%n%ct%n%B%n${mark}-end`
  const args = ['log', '--no-walk=unsorted', '-p', format, ...PLAIN, ...way, ...ids, '--']
  const git = startGit(
    folder,
    [...settingArguments(), ...args],
    gitOptions({ signal, timeout: GIT_TIMEOUT_MS }),
  )
  const found = new Map<string, RawCommit>()
  try {
    for await (const part of splitAt(git.stdout, Buffer.from(`${mark}\n`))) {
      git.refresh()
      const raw = readPart(part, Buffer.from(`\n${mark}-end\n`))
      if (raw) found.set(raw.id, raw.commit)
    }
    if ((await git.ended) !== 0) throw new Invalid(git.complaint || 'git failed.')
  } finally {
    git.end()
  }
  return found
}

/** A part of an output; bytes beyond the limit are dropped. */
interface Part {
  readonly bytes: Buffer
  readonly isWhole: boolean
}

/** Splits an output before each mark at the beginning of a line. */
async function* splitAt(stream: Readable, mark: Buffer): AsyncGenerator<Part> {
  let [pending, kept, isWhole, isFirst] = [Buffer.alloc(0), [] as Buffer[], true, true]
  let length = 0
  const keep = (bytes: Buffer) => {
    length += bytes.length
    if (length <= MAX_DIFF) kept.push(bytes)
    else isWhole = false
  }
  for await (const chunk of stream) {
    pending = Buffer.concat([pending, chunk as Buffer])
    for (let at = pending.indexOf(mark); at >= 0; at = pending.indexOf(mark)) {
      keep(pending.subarray(0, at))
      if (!isFirst) yield { bytes: Buffer.concat(kept), isWhole }
      pending = pending.subarray(at + mark.length)
      ;[kept, length, isWhole, isFirst] = [[], 0, true, false]
    }
    // The mark may be cut by the end of the chunk.
    const safe = Math.max(0, pending.length - mark.length)
    keep(pending.subarray(0, safe))
    pending = pending.subarray(safe)
  }
  keep(pending)
  if (!isFirst) yield { bytes: Buffer.concat(kept), isWhole }
}

function readPart({ bytes, isWhole }: Part, end: Buffer): { id: string; commit: RawCommit } | undefined {
  const at = bytes.indexOf(end)
  const head = (at < 0 ? bytes.subarray(0, MAX_MESSAGE) : bytes.subarray(0, at)).toString()
  const [id = '', name = '', email = '', committed = '', ...message] = head.split('\n')
  if (!/^[0-9a-f]{40,64}$/.test(id)) return undefined
  const diff = at >= 0 && isWhole ? decode(bytes.subarray(at + end.length)) : undefined
  return {
    id,
    commit: { header: [name, email, committed], message: message.join('\n').slice(0, MAX_MESSAGE), diff },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Mails of files that are not in UTF-8 are mostly in Latin 1. */
function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
