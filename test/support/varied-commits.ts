import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chance } from './chance.js'
import { runProgram } from './program.js'

/**
 * A list and a repository whose maintainers commit patches in many ways: as they are, rebased, renamed, repaired, squashed,
 * split, reverted, in part, with every form of link and with none. The truth is known for each patch.
 */

export interface Author {
  readonly name: string
  readonly email: string
}

/** A patch of the list. */
export interface PostedMail {
  readonly id: string
  readonly subject: string
  readonly from: Author
  readonly day: number
  readonly diff: string
  readonly inReplyTo?: string | undefined
}

/** What is right: the patches that became commits, each with the subjects of these; all others did not. */
export interface VariedList {
  readonly folder: string
  readonly mails: readonly PostedMail[]
  readonly expected: ReadonlyMap<string, readonly string[]>
  /** Patches that a newer version replaced, which may be superseded. */
  readonly replaced: ReadonlySet<string>
}

const OLA: Author = { name: 'Ola Nordlys', email: 'ola@example.org' }

const AUTHORS: readonly Author[] = [
  OLA,
  { name: 'Jo Faro', email: 'jo@example.org' },
  { name: 'Tess Mare', email: 'tess@example.org' },
  { name: 'Eli Lanterna', email: 'eli@example.org' },
]

const LINES = 40
const DAY = 86_400
const START = Date.UTC(2026, 8, 1) / 1000

/** A file before and after a patch. */
interface Change {
  readonly file: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

interface CommitPlan {
  readonly subject: string
  readonly trailers?: string
  readonly from: Author
  readonly day: number
  readonly changes: readonly Change[]
  readonly branch?: 'stable'
}

export class VariedCommits extends Chance {
  readonly #files = new Map<string, readonly string[]>()
  readonly #posted: { mail: Omit<PostedMail, 'diff'>; changes: readonly Change[] }[] = []
  readonly #commits: CommitPlan[] = []
  readonly #expected = new Map<string, string[]>()
  readonly #replaced = new Set<string>()
  #count = 0

  get author(): Author {
    return this.any(AUTHORS)
  }

  /** A new file of the first commit, and a change of some of its lines. */
  change(lines = 6): Change {
    const number = this.#count++
    const file = `part${number}.c`
    const before = Array.from({ length: LINES }, (_, at) => `int part${number}_line${at}(void);`)
    this.#files.set(file, before)
    const start = 5 + this.below(10)
    const after = before.map((line, at) =>
      at >= start && at < start + lines ? `long part${number}_new${at}_${this.below(1000)}(void);` : line,
    )
    return { file, before, after }
  }

  /** The change with a share of its new lines written in another way. */
  repaired(change: Change, share: number): Change {
    const added = change.after.flatMap((line, at) => (line === change.before[at] ? [] : [at]))
    const other = new Set(added.slice(0, Math.max(1, Math.floor(added.length * share))))
    return {
      ...change,
      after: change.after.map((line, at) => (other.has(at) ? line.replace('(void)', '(int)') : line)),
    }
  }

  /** The change in a file whose lines around it are others by now. */
  rebased(change: Change): Change {
    const moved = (lines: readonly string[]) =>
      lines.map((line, at) => (change.after[at] === change.before[at] ? line.replace('int', 'short') : line))
    return { ...change, before: moved(change.before), after: moved(change.after) }
  }

  /** Posts a patch; returns its id. */
  post(
    subject: string,
    changes: readonly Change[],
    more: { from?: Author; day?: number; inReplyTo?: string } = {},
  ): string {
    const id = `m${this.#posted.length}`
    const from = more.from ?? OLA
    this.#posted.push({
      mail: { id, subject, from, day: more.day ?? 1, inReplyTo: more.inReplyTo },
      changes,
    })
    return id
  }

  /** Commits changes, which are those patches. */
  commit(
    ids: readonly string[],
    subject: string,
    changes: readonly Change[],
    more: { from?: Author; trailers?: string; day?: number; branch?: 'stable' } = {},
  ): void {
    const from = more.from ?? OLA
    this.#commits.push({ ...more, subject, changes, from, day: more.day ?? 10 })
    for (const id of ids) this.#expected.set(id, [...(this.#expected.get(id) ?? []), subject])
  }

  /** Says that a newer version took the place of a patch. */
  replaced(id: string): void {
    this.#replaced.add(id)
  }

  /** Makes the repository. */
  async write(): Promise<VariedList> {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-varied-'))
    const git = async (...args: string[]) => {
      const { code, stdout, stderr } = await runProgram(folder, 'git', args)
      if (code !== 0) throw new Error(stderr)
      return stdout
    }
    await git('init', '--quiet', '--initial-branch=master')
    writeFileSync(join(folder, 'stream'), this.#stream())
    const { code, stderr } = await runProgram(folder, 'sh', ['-c', 'git fast-import --quiet < stream'])
    if (code !== 0) throw new Error(stderr)
    const mark = 'next-posted-patch'
    const refs = this.#posted.map(({ mail }) => `refs/posted/${mail.id}`)
    const diffs = await git('log', '--no-walk=unsorted', '-p', `--format=tformat:${mark}`, ...refs)
    const parts = diffs.split(`${mark}\n`).slice(1)
    return {
      folder,
      mails: this.#posted.map(({ mail }, at) => ({ ...mail, diff: `${parts[at]?.trim()}\n` })),
      expected: this.#expected,
      replaced: this.#replaced,
    }
  }

  /** All commits for `git fast-import`: of each posted patch one of its own, behind the first commit. */
  #stream(): string {
    const parts: string[] = []
    const base = [...this.#files].map(([file, before]) => ({ file, before, after: before }))
    const first = { subject: 'Begin', from: OLA, changes: base, day: 0 }
    parts.push(commitText('refs/heads/master', first, 1))
    for (const { mail, changes } of this.#posted) {
      const { id } = mail
      const befores = changes.map((change) => ({ ...change, after: change.before }))
      parts.push(commitText(`refs/before/${id}`, { ...first, changes: befores }, undefined, 1))
      const posted = { ...first, subject: id, changes }
      parts.push(commitText(`refs/posted/${id}`, posted, undefined, `refs/before/${id}`))
    }
    for (const plan of this.#commits) {
      const ref = `refs/heads/${plan.branch ?? 'master'}`
      const isNew = plan.branch !== undefined && !parts.some((part) => part.startsWith(`commit ${ref}\n`))
      parts.push(commitText(ref, plan, undefined, isNew ? 1 : undefined))
    }
    return parts.join('')
  }
}

function commitText(
  ref: string,
  { subject, trailers = '', from, changes, day }: CommitPlan,
  mark?: number,
  parent?: number | string,
): string {
  const time = `${START + day * DAY} +0000`
  const message = `${subject}\n\nText.\n\n${trailers}`
  return [
    `commit ${ref}\n`,
    mark === undefined ? '' : `mark :${mark}\n`,
    `author ${from.name} <${from.email}> ${time}\n`,
    `committer Mira Keeper <mira@example.org> ${time}\n`,
    data(message),
    parent === undefined ? '' : `from ${typeof parent === 'number' ? `:${parent}` : parent}\n`,
    ...changes.map(({ file, after }) => `M 100644 inline ${file}\n${data(`${after.join('\n')}\n`)}`),
    '\n',
  ].join('')
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}
