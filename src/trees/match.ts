import type { CandidatePatch } from '../domain/automation/candidates.js'
import type { LinesOf } from '../domain/automation/superseded-queries.js'
import { nameKey } from '../domain/topics/posting.js'
import { DAY_MS } from '../util/time.js'
import type { Commit } from './commits.js'

/** Which patches a commit is; pure. */

/** By what a commit was recognised, the strongest evidence first. */
export type Evidence = 'message id' | 'hash' | 'diff' | 'likeness' | 'subject'

export interface Match {
  /** The patch that became the commit: the newest version of those that are equally like it. */
  readonly patch: CandidatePatch
  readonly evidence: Evidence
  /** Older versions of it. */
  readonly older: readonly CandidatePatch[]
}

/** What each kind of evidence is called in the records of changes. */
export const EVIDENCE_NAMES: Readonly<Record<Evidence, string>> = {
  'message id': 'by the message id in its trailers',
  hash: 'by the hash of its diff',
  diff: 'by its patch id',
  likeness: 'by author, subject and similar changes',
  subject: 'by its subject only',
}

/** Share of common changed lines from which author and subject are enough. */
const ALIKE = 0.6

/** The same for a patch that the commit names: a link may also lead to what a commit repairs. */
const NAMED_ALIKE = 0.3

/** Share of the lines of a patch that a commit has if it is several patches in one. */
const CONTAINED = 0.6

/** A mail may be sent after the commit was made by this time, in milliseconds: clocks differ. */
const MAX_CLOCK_MS = DAY_MS

/** Patches are committed within this time, in milliseconds. */
const MAX_AGE_MS = 730 * DAY_MS

/** The patches to which the trailers of a commit lead: themselves, or as one of a series. */
export interface NamedPatches {
  readonly directly: ReadonlySet<number>
  readonly bySeries: ReadonlySet<number>
}

/**
 * The patches that a commit is, among those that its trailers, hashes and subject lead to: several only where it names
 * several that it has.
 */
export function matchCommit(
  commit: Commit,
  candidates: readonly CandidatePatch[],
  named: NamedPatches,
  lines: ReadonlySet<string>,
  linesOf: LinesOf,
): Match[] {
  const possible = candidates.filter((patch) => isInTime(commit, patch))
  const comparison = new Comparison(commit, named, lines, linesOf)
  for (const [evidence, found] of comparison.tiers(possible)) {
    const patch = newest(found)
    if (!patch) continue
    const more = evidence === 'message id' ? comparison.joined(patch, found) : []
    const taken = [patch, ...more]
    return taken.map((own) => {
      const versions = possible.filter((other) => !taken.includes(other) && comparison.isVersion(other, own))
      return { patch: own, evidence, older: versions.filter((other) => isOlder(other, own)) }
    })
  }
  return []
}

/** What a commit and its candidates have in common. */
class Comparison {
  readonly #commit: Commit
  readonly #key: string
  /** The subject without what a maintainer may have put before it. */
  readonly #shorter: ReadonlySet<string>
  readonly #named: NamedPatches
  readonly #lines: ReadonlySet<string>
  readonly #linesOf: LinesOf
  readonly #likeness = new Map<number, number>()

  constructor(commit: Commit, named: NamedPatches, lines: ReadonlySet<string>, linesOf: LinesOf) {
    this.#commit = commit
    this.#key = nameKey(commit.subject)
    this.#shorter = new Set(shorterNames(commit.subject))
    this.#named = named
    this.#lines = lines
    this.#linesOf = linesOf
  }

  /** The patches that each kind of evidence leads to, the strongest first. */
  tiers(patches: readonly CandidatePatch[]): (readonly [Evidence, readonly CandidatePatch[]])[] {
    const [isAuthor, hasName] = [this.#isAuthor, this.#hasName]
    const byName = patches.filter(hasName)
    const alike = patches.filter(
      (patch) => this.#mayHaveName(patch) && isAuthor(patch) && this.#likenessOf(patch) >= ALIKE,
    )
    return [
      ['message id', this.#namedAmong(patches)],
      ['hash', prefer(patches.filter(this.#isHash), isAuthor, hasName)],
      ['diff', prefer(patches.filter(this.#isDiff), isAuthor, hasName)],
      ['likeness', best(alike, this.#likenessOf)],
      ['subject', byName],
    ]
  }

  /** Whether a patch is another version of one that matches. One name alone is no work: small changes are often called the same. */
  isVersion(other: CandidatePatch, patch: CandidatePatch): boolean {
    if (this.#isHash(other) || this.#isDiff(other)) return true
    const hasName = this.#hasName(other) || nameKey(other.name) === nameKey(patch.name)
    if (!hasName || !this.#isAuthor(other)) return false
    return (other.topic_id !== null && other.topic_id === patch.topic_id) || this.#likenessOf(other) >= ALIKE
  }

  /** Those of the named patches other than `patch` that the commit has as well, and that are no versions of it. */
  joined(patch: CandidatePatch, found: readonly CandidatePatch[]): CandidatePatch[] {
    const joined: CandidatePatch[] = []
    for (const other of found.toSorted((a, b) => compare(b, a))) {
      if (this.#containedShare(other) < CONTAINED) continue
      if ([patch, ...joined].every((taken) => taken !== other && !areVersions(taken, other)))
        joined.push(other)
    }
    return joined
  }

  /** The patches that are named; of those named by their series, the ones that are most like the commit. */
  #namedAmong(patches: readonly CandidatePatch[]): readonly CandidatePatch[] {
    const { directly, bySeries } = this.#named
    const isExact = (patch: CandidatePatch) => this.#isHash(patch) || this.#isDiff(patch)
    const direct = patches.filter(({ id }) => directly.has(id)).filter(this.#isAlike)
    if (direct.length > 0) return prefer(direct, isExact)
    const others = patches.filter(({ id }) => bySeries.has(id)).filter(this.#isAlike)
    return best(prefer(others, isExact, this.#hasName), this.#likenessOf)
  }

  #isAlike = (patch: CandidatePatch): boolean =>
    this.#isHash(patch) ||
    this.#isDiff(patch) ||
    this.#hasName(patch) ||
    this.#likenessOf(patch) >= NAMED_ALIKE

  /** The share of the lines of a patch that the commit has. */
  #containedShare({ id }: CandidatePatch): number {
    const lines = this.#linesOf(id)
    return lines.size === 0 ? 0 : this.#lines.intersection(lines).size / lines.size
  }

  #isHash = ({ hash }: CandidatePatch): boolean => hash !== null && this.#commit.hashes.includes(hash)

  #isDiff = ({ diff_key: key }: CandidatePatch): boolean =>
    key !== null && this.#commit.diffKeys.includes(key)

  #hasName = ({ name }: CandidatePatch): boolean => nameKey(name) === this.#key

  #mayHaveName({ name }: CandidatePatch): boolean {
    const key = nameKey(name)
    return key === this.#key || this.#shorter.has(key)
  }

  #isAuthor = (patch: CandidatePatch): boolean => hasAuthor(this.#commit, patch)

  #likenessOf = (patch: CandidatePatch): number => {
    let known = this.#likeness.get(patch.id)
    if (known === undefined)
      this.#likeness.set(patch.id, (known = shareOfLines(this.#lines, this.#linesOf(patch.id))))
    return known
  }
}

/** Maximum number of names before a subject that a maintainer may have added. */
const MAX_PREFIXES = 3

/** The keys of a subject without the first of the names before it, such as the subsystem; of names with several words. */
export function shorterNames(subject: string): string[] {
  const names: string[] = []
  let rest = nameKey(subject)
  for (let count = 0; count < MAX_PREFIXES; count++) {
    const at = rest.indexOf(': ')
    if (at <= 0) break
    rest = rest.slice(at + 2).trim()
    if (rest.includes(' ')) names.push(rest)
  }
  return names
}

/** Whether two patches are versions of each other: not those of one series. */
function areVersions(a: CandidatePatch, b: CandidatePatch): boolean {
  if (a.series_id !== null && a.series_id === b.series_id) return false
  return (a.topic_id !== null && a.topic_id === b.topic_id) || nameKey(a.name) === nameKey(b.name)
}

function isInTime({ committed }: Commit, { date }: CandidatePatch): boolean {
  const sent = Date.parse(`${date.slice(0, 19)}Z`)
  return sent <= committed + MAX_CLOCK_MS && sent >= committed - MAX_AGE_MS
}

/** Of several patches with the same changes, those by the author of the commit, or those of its name. */
function prefer(
  patches: readonly CandidatePatch[],
  ...tests: readonly ((patch: CandidatePatch) => boolean)[]
): readonly CandidatePatch[] {
  for (const test of tests) {
    const found = patches.filter(test)
    if (found.length > 0) return found
  }
  return patches
}

/** Differences of likeness up to this are none. */
const TOLERANCE = 0.02

function best(
  patches: readonly CandidatePatch[],
  likenessOf: (patch: CandidatePatch) => number,
): readonly CandidatePatch[] {
  const most = Math.max(0, ...patches.map(likenessOf))
  return patches.filter((patch) => likenessOf(patch) >= most - TOLERANCE)
}

function newest(patches: readonly CandidatePatch[]): CandidatePatch | undefined {
  return patches.toSorted(compare).at(-1)
}

function compare(a: CandidatePatch, b: CandidatePatch): number {
  return (
    (a.version ?? 1) - (b.version ?? 1) || (a.date < b.date ? -1 : Number(a.date > b.date)) || a.id - b.id
  )
}

function isOlder(patch: CandidatePatch, than: CandidatePatch): boolean {
  return patch.id !== than.id && compare(patch, than) < 0
}

/** Whether the author of a commit sent a patch, or is named as its author by the first line of it. */
function hasAuthor({ authorName, authorEmail }: Commit, patch: CandidatePatch): boolean {
  const [name, email] = [authorName.trim().toLowerCase(), authorEmail]
  if (patch.submitter_email === email) return true
  if (name.includes(' ') && patch.submitter_name?.trim().toLowerCase() === name) return true
  const author = /^\s*from:\s*(.{1,300})$/im.exec(patch.beginning)?.[1]?.toLowerCase()
  if (author === undefined) return false
  return (email !== '' && author.includes(`<${email}>`)) || (name.includes(' ') && author.includes(name))
}

/** The share of common lines of two sets: twice those that both have, of all. */
function shareOfLines(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (one.size + other.size === 0) return 0
  return (2 * one.intersection(other).size) / (one.size + other.size)
}
