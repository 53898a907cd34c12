import { DAY_MS } from '../../util/time.js'
import { type Changes, jaccard, overlap } from './changes.js'
import {
  areApart,
  compareVersions,
  isSameName,
  isSamePerson,
  nameKey,
  type Posting,
  readTags,
  sentTime,
} from './posting.js'

/** Which earlier series a series continues: pure rules on what is known of both. */

/** What shows that a series continues another one, the strongest first. */
export const REASONS = ['change-id', 'supersedes', 'link', 'reply', 'name', 'patch-names', 'files'] as const

export type Reason = (typeof REASONS)[number]

/** How certain each evidence is, of 100. */
const SCORES: Readonly<Record<Reason, number>> = {
  'change-id': 99,
  supersedes: 98,
  link: 97,
  reply: 95,
  name: 90,
  'patch-names': 80,
  files: 70,
}

/** A series with evidence from this score on is not compared by files and by the names of patches. */
export const STRONG = SCORES.name

/** A series that another may continue, with the explicit evidence for it. */
export interface TopicCandidate {
  readonly posting: Posting
  /** How mails of the later series name it. */
  readonly mentions: ReadonlySet<'change-id' | 'supersedes' | 'link' | 'reply'>
  /** The nearest reference that leads to it: 0 for the first. */
  readonly distance: number
}

export interface Link {
  readonly earlier: number
  readonly reason: Reason
  readonly score: number
}

/** What is read of a series only where a rule asks for it. */
export interface Knowledge {
  changesOf(posting: Posting): Changes
  /** The first series of its work, by the links of those before the later series. */
  rootsOf(posting: Posting): ReadonlySet<number>
}

const MAX_AGE_DAYS = 730
const MAX_FILES_AGE_DAYS = 200
/** Later than this, a version has to change some lines as the one before to be found by its name. */
const MAX_NAME_AGE_DAYS = 30
/** Clocks of senders differ. */
const MAX_CLOCK_DAYS = 1

/** Changes of two series of one version are one work from this share on. */
const SAME_CHANGES = 0.5
const RESENT_CHANGES = 0.25
/** Of several earlier works with one name, a version continues the one that shares this much. */
const CHOSEN_CHANGES = 0.25
const LIKE_FILES = 0.5

/** How many days before another one a series was sent. */
function daysBefore(later: Pick<Posting, 'date'>, earlier: Pick<Posting, 'date'>): number {
  return (sentTime(later.date) - sentTime(earlier.date)) / DAY_MS
}

/** The links of a series to earlier ones. The result does not depend on the order of `candidates`. */
export function decideLinks(later: Posting, candidates: readonly TopicCandidate[], known: Knowledge): Link[] {
  const possible = possibleOf(later, candidates)
  const rules = new Rules(later, known)
  const explicit = rules.explicit(possible)
  if (explicit.length > 0) return explicit
  const direct = [...rules.reply(possible), ...rules.name(possible)]
  if (direct.length > 0) return [...new Map(direct.toReversed().map((one) => [one.earlier, one])).values()]
  return rules.likeness(possible)
}

/**
 * The link of a series to one of its sender's earlier ones that is like it. Nothing `STRONG` comes of it, for later ones that
 * have a strong link are not decided again when another series of their sender comes.
 */
export function decideByLikeness(
  later: Posting,
  candidates: readonly TopicCandidate[],
  known: Knowledge,
): Link[] {
  return new Rules(later, known).likeness(possibleOf(later, candidates))
}

/** The candidates that a series may continue, the newest first. */
function possibleOf(later: Posting, candidates: readonly TopicCandidate[]): TopicCandidate[] {
  return candidates
    .filter(({ posting }) => mayContinue(later, posting))
    .toSorted((a, b) => compareVersions(b.posting, a.posting))
}

/** Whether the place and the time of a series allow another one to continue it. */
export function mayContinue(later: Posting, earlier: Posting): boolean {
  if (later.id === earlier.id || later.project_id !== earlier.project_id) return false
  if (earlier.version > later.version) return false
  const days = daysBefore(later, earlier)
  if (earlier.version === later.version) return compareVersions(later, earlier) > 0 && days <= MAX_AGE_DAYS
  return days <= MAX_AGE_DAYS && days >= -MAX_CLOCK_DAYS
}

class Rules {
  readonly #later: Posting
  readonly #known: Knowledge

  constructor(later: Posting, known: Knowledge) {
    this.#later = later
    this.#known = known
  }

  /** A change id, `Supersedes:` and links: of each kind the newest earlier version, and all that are linked. */
  explicit(candidates: readonly TopicCandidate[]): Link[] {
    const links: Link[] = []
    const named = candidates.find(({ mentions, posting }) => mentions.has('change-id') && this.#fits(posting))
    if (named) links.push(link(named, 'change-id'))
    for (const candidate of candidates) {
      const { mentions, posting } = candidate
      const reason = mentions.has('supersedes') ? 'supersedes' : mentions.has('link') ? 'link' : undefined
      if (reason && candidate !== named && (reason === 'supersedes' || this.#fits(posting)))
        links.push(link(candidate, reason))
    }
    return links
  }

  /** A reference into an earlier version by the same person: the nearest. */
  reply(candidates: readonly TopicCandidate[]): Link[] {
    const answered = candidates
      .filter(({ mentions, posting }) => mentions.has('reply') && this.#continuesThread(posting))
      .toSorted((a, b) => a.distance - b.distance)
    return answered.slice(0, 1).map((candidate) => link(candidate, 'reply'))
  }

  #continuesThread(earlier: Posting): boolean {
    const later = this.#later
    const hasName = nameKey(later.title) === nameKey(earlier.title)
    if (!hasName && !isSamePerson(later, earlier) && !isSameName(later, earlier)) return false
    if (later.version === earlier.version) return this.#fits(earlier)
    if (hasName && !areApart(later.title, earlier.title)) return true
    const { files, lines } = this.#changes(earlier)
    if (files.own.size === 0 || files.other.size === 0) return !areApart(later.title, earlier.title)
    // A companion for another repository answers the same thread.
    if (areApart(later.title, earlier.title))
      return overlap(files.own, files.other) >= LIKE_FILES && lines > 0
    return !files.own.isDisjointFrom(files.other) || sharesNames(later, earlier) > 0
  }

  /** Same person and same name: the newest earlier version; of several works the one with the same changes. */
  name(candidates: readonly TopicCandidate[]): Link[] {
    const later = this.#later
    const key = nameKey(later.title)
    if (key === '') return []
    const named = candidates.filter(
      ({ posting }) =>
        nameKey(posting.title) === key &&
        (isSamePerson(later, posting) || isSameName(later, posting)) &&
        this.#sharesRepository(posting),
    )
    const resent = named.find(({ posting }) => posting.version === later.version && this.#fits(posting))
    const lower = named.filter(({ posting }) => posting.version < later.version)
    const version = lower[0]?.posting.version
    const newest = lower.filter(({ posting }) => posting.version === version)
    const isCertain = newest[0] && this.#areOneWork(newest) && this.#isNear(newest[0].posting)
    const chosen = isCertain ? newest[0] : this.#nearestByChanges(newest)
    return [resent, chosen].flatMap((found) => (found ? [link(found, 'name')] : []))
  }

  #sharesRepository(earlier: Posting): boolean {
    const { files } = this.#changes(earlier)
    if (areApart(this.#later.title, earlier.title)) return jaccard(files.own, files.other) >= LIKE_FILES
    return files.own.size === 0 || files.other.size === 0 || !files.own.isDisjointFrom(files.other)
  }

  /** A name such as "fix typos" comes again after some time for other changes. */
  #isNear(earlier: Posting): boolean {
    return daysBefore(this.#later, earlier) <= MAX_NAME_AGE_DAYS || this.#changes(earlier).lines > 0
  }

  #nearestByChanges(candidates: readonly TopicCandidate[]): TopicCandidate | undefined {
    const [best] = candidates
      .map((candidate) => ({ candidate, share: this.#changes(candidate.posting).lines }))
      .filter(({ share }) => share >= CHOSEN_CHANGES)
      .toSorted((a, b) => b.share - a.share)
    return best?.candidate
  }

  /** Half of the patches' names, or files alike: only if exactly one work comes into question. */
  likeness(candidates: readonly TopicCandidate[]): Link[] {
    const later = this.#later
    const own = candidates.filter(
      ({ posting }) =>
        posting.version < later.version &&
        isSamePerson(later, posting) &&
        !areApart(later.title, posting.title),
    )
    const named = own.filter(({ posting }) => this.#sharesPatches(posting))
    if (named.length > 0) return this.#single(named, 'patch-names')
    const alike = own.filter(({ posting }) => {
      if (daysBefore(later, posting) > MAX_FILES_AGE_DAYS) return false
      const { files } = this.#changes(posting)
      return jaccard(files.own, files.other) >= LIKE_FILES
    })
    return this.#single(alike, 'files')
  }

  /** The newest of some candidates, if all of them are one work. */
  #single(candidates: readonly TopicCandidate[], reason: Reason): Link[] {
    const [newest] = candidates
    return newest && this.#areOneWork(candidates) ? [link(newest, reason)] : []
  }

  /** Whether some candidates lead back to the same series, directly or through one another. */
  #areOneWork([first, ...others]: readonly TopicCandidate[]): boolean {
    if (!first || others.length === 0) return true
    let joined = this.#known.rootsOf(first.posting)
    let apart = others.map(({ posting }) => this.#known.rootsOf(posting))
    while (apart.length > 0) {
      const near = apart.filter((each) => !each.isDisjointFrom(joined))
      if (near.length === 0) return false
      apart = apart.filter((each) => each.isDisjointFrom(joined))
      for (const each of near) joined = joined.union(each)
    }
    return true
  }

  /** Half of the patches have names of the earlier one; or it grew, and half of that one's are in it with changes of theirs. */
  #sharesPatches(earlier: Posting): boolean {
    const later = this.#later
    if (sharesNames(later, earlier) >= 0.5) return true
    return sharesNames(earlier, later) >= 0.5 && this.#changes(earlier).lines > 0
  }

  /** A lower version; or one of the same version, if it was sent again with the same changes. */
  #fits(earlier: Posting): boolean {
    const later = this.#later
    if (earlier.version < later.version) return true
    if (areApart(later.title, earlier.title)) return false
    const share = Math.max(sameHashes(later, earlier), this.#changes(earlier).lines)
    return share >= (readTags(later.title).isResend ? RESENT_CHANGES : SAME_CHANGES)
  }

  #changes(earlier: Posting): {
    files: { own: ReadonlySet<string>; other: ReadonlySet<string> }
    readonly lines: number
  } {
    const [own, other] = [this.#known.changesOf(this.#later), this.#known.changesOf(earlier)]
    return {
      files: { own: own.files, other: other.files },
      // Compared only where files do not decide.
      get lines() {
        return jaccard(own.lines, other.lines)
      },
    }
  }
}

function link({ posting }: TopicCandidate, reason: Reason): Link {
  return { earlier: posting.id, reason, score: SCORES[reason] }
}

/** The share of a series' patches whose names another one has too. */
function sharesNames(later: Posting, earlier: Posting): number {
  const [own, other] = [keysOf(later), keysOf(earlier)]
  own.delete('')
  return own.size === 0 ? 0 : own.intersection(other).size / own.size
}

function keysOf({ patches }: Posting): Set<string> {
  return new Set(patches.map(({ name }) => nameKey(name)))
}

function sameHashes(later: Posting, earlier: Posting): number {
  return jaccard(hashesOf(later), hashesOf(earlier))
}

function hashesOf({ patches }: Posting): Set<string> {
  return new Set(patches.flatMap(({ hash }) => hash ?? []))
}
