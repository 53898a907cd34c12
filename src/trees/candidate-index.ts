import { createHash } from 'node:crypto'
import type { ArrivedPatch, CandidatePatch } from '../domain/automation/candidates.js'
import { nameKey } from '../domain/topics/posting.js'
import type { Commit } from './commits.js'
import { type NamedPatches, shorterNames } from './match.js'

/** What commits and patches have in common before they are compared. */

/** The names that the patch of a commit may have. */
export function namesOfCommit({ subject }: Pick<Commit, 'subject'>): string[] {
  return [nameKey(subject), ...shorterNames(subject)]
}

/** What a commit is found by: what its trailers name, its subject, and its diff in several forms. */
function keysOfCommit(commit: Commit): string[] {
  return [
    ...namesOfCommit(commit).map((name) => `name ${name}`),
    ...commit.hashes.map((hash) => `hash ${hash}`),
    ...commit.diffKeys.map((key) => `diff ${key}`),
  ]
}

/** What leads to a patch. */
function keysOfPatch(patch: CandidatePatch): string[] {
  return [
    `name ${nameKey(patch.name)}`,
    patch.msgid,
    `patch-${patch.id}`,
    ...(patch.hash === null ? [] : [`hash ${patch.hash}`]),
    ...(patch.diff_key === null ? [] : [`diff ${patch.diff_key}`]),
    ...(patch.series_id === null ? [] : [`series-${patch.series_id}`]),
  ]
}

/** Length of the digests under which commits are kept, in characters; two keys may share one. */
const DIGEST_LENGTH = 16

function digest(key: string): string {
  return createHash('sha1').update(key).digest('hex').slice(0, DIGEST_LENGTH)
}

/** Under what a commit is kept, so that patches that arrive later find it. */
export function digestsOfCommit(commit: Commit): string[] {
  return [...new Set([...commit.targets, ...keysOfCommit(commit)].map(digest))]
}

/** Under what the commits are kept that a patch may be. */
export function digestsOfPatch(patch: ArrivedPatch): string[] {
  const { cover_msgid: cover } = patch
  return [...keysOfPatch(patch), ...(cover === null ? [] : [cover])].map(digest)
}

/** Candidates by what commits lead to them. */
export class CandidateIndex {
  readonly #byKey = new Map<string, CandidatePatch[]>()
  readonly #seriesOfCover: ReadonlyMap<string, number>

  constructor(patches: readonly CandidatePatch[], seriesOfCover: ReadonlyMap<string, number>) {
    this.#seriesOfCover = seriesOfCover
    for (const patch of patches) for (const key of keysOfPatch(patch)) this.#add(key, patch)
  }

  /** The patches that a commit may be, and those that its trailers name. */
  of(commit: Commit): { candidates: CandidatePatch[]; named: NamedPatches } {
    const series = commit.targets.flatMap((target) => {
      const id = this.#seriesOfCover.get(target)
      return id === undefined ? [] : [`series-${id}`]
    })
    const named = this.#all(commit.targets.filter((target) => !isSeries(target)))
    const bySeries = this.#all([...series, ...commit.targets.filter(isSeries)])
    const all = [...named, ...bySeries, ...this.#all(keysOfCommit(commit))]
    return {
      candidates: [...new Map(all.map((patch) => [patch.id, patch])).values()],
      named: { directly: idsOf(named), bySeries: idsOf(bySeries) },
    }
  }

  #all(keys: readonly string[]): CandidatePatch[] {
    return keys.flatMap((key) => this.#byKey.get(key) ?? [])
  }

  #add(key: string, patch: CandidatePatch): void {
    const known = this.#byKey.get(key)
    if (known) known.push(patch)
    else this.#byKey.set(key, [patch])
  }
}

function idsOf(patches: readonly CandidatePatch[]): Set<number> {
  return new Set(patches.map(({ id }) => id))
}

/** Whether a target is a series of this site. */
function isSeries(target: string): boolean {
  return target.startsWith('series-')
}
