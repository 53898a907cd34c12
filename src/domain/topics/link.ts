import type { Database } from '../../db/schema.js'
import { beforeCommit, type FinalWork } from '../../db/transaction.js'
import { reviewLater } from '../automation/superseded.js'
import { arrangeTopics, toMember } from './arrange.js'
import type { Changes } from './changes.js'
import type { LinkChange } from './components.js'
import { Evidence } from './evidence.js'
import { Followers, sendersOf, WINDOW_DAYS } from './followers.js'
import { tellLinks } from './link-events.js'
import type { Mention } from './mentions.js'
import { listEarlierOfSenders } from './near.js'
import { compareVersions, nameKey, type Posting, shiftDays } from './posting.js'
import { type MemberRow, membersById, readPostings } from './queries.js'
import { decideByLikeness, decideLinks, type Link, type TopicCandidate } from './rules.js'
import { replaceLinks, storeMembers } from './updates.js'
import { Works } from './works.js'

/**
 * Finds the topics of series. The links of a series follow from the mails of those before it, by `compareVersions`. So the
 * result does not depend on the order of arrival: with a series, those that may continue it are decided again in that
 * order, and where links change, those that depend on the works which these make.
 */

/** Has the topic of a series decided before the transaction commits. */
export function touchSeries(db: Database, series: number): void {
  beforeCommit(db, linkTouched, series)
  reviewLater(db, series)
}

/** Has the rules look at the work of a series before the transaction commits, once its topic is decided. */
export function reviewSeries(db: Database, series: number): void {
  beforeCommit(db, linkTouched)
  reviewLater(db, series)
}

/** Has the series decided again that may continue one which is about to be removed. */
export async function touchFollowers(db: Database, series: number): Promise<void> {
  const rows = await membersById(db, [series])
  for (const { project_id } of rows)
    for (const id of await new Linker(db, project_id).followersOf(rows)) touchSeries(db, id)
}

/** Decides the topics of some series, and of those that may continue them. */
const linkTouched: FinalWork = async (db, ids) => {
  for (const [project, own] of await postingsByProject(db, ids)) {
    const { rows, replaced } = await storeMembers(db, own)
    const changes = await new Linker(db, project).link(own, [...rows, ...replaced])
    await tellLinks(db, project, changes)
    for (const { series, before, after } of changes)
      for (const id of [series.id, ...[...before, ...after].map(({ earlier }) => earlier)])
        reviewLater(db, id)
  }
}

/**
 * Decides again the topics of some series whose rows are stored, but not of those that may continue them: for all series
 * one after the other in the order of `compareVersions`. Returns the series whose links changed.
 */
export async function relinkSeries(db: Database, ids: readonly number[]): Promise<LinkChange[]> {
  const changes: LinkChange[] = []
  for (const [project, own] of await postingsByProject(db, ids))
    changes.push(...(await new Linker(db, project).link(own, [])))
  await arrangeTopics(db, ids)
  return changes
}

async function postingsByProject(db: Database, ids: readonly number[]): Promise<Map<number, Posting[]>> {
  return Map.groupBy(await readPostings(db, ids), ({ project_id }) => project_id)
}

const NO_CHANGES: Changes = { files: new Set(), lines: new Set() }

/**
 * Maximum number of other series that are decided again in one transaction, and of characters of diffs that are compared
 * for each series of its own. Beyond them, links stay as they are until `relink`.
 */
const MAX_OTHERS = 300
const MAX_CHARACTERS = 10_000_000

/** Links series of one project, in one transaction. */
class Linker {
  readonly #db: Database
  readonly #project: number
  readonly #evidence: Evidence
  readonly #works: Works
  readonly #followers: Followers

  constructor(db: Database, project: number) {
    this.#db = db
    this.#project = project
    this.#evidence = new Evidence(db, project)
    this.#works = new Works(db)
    this.#followers = new Followers(db, project, this.#evidence)
  }

  async followersOf(rows: readonly MemberRow[]): Promise<Set<number>> {
    return await this.#followers.of(rows)
  }

  /**
   * Decides the links of some series and of those that may continue them, and stores those that differ. `rows`: what the
   * series are found by, and what they were found by before; none: no others are decided.
   */
  async link(own: readonly Posting[], rows: readonly MemberRow[]): Promise<LinkChange[]> {
    this.#evidence.add(own)
    const isOwn = new Set(own.map(({ id }) => id))
    const seen = new Set(isOwn)
    const followers = rows.length > 0 ? await this.#followers.of(rows) : []
    let waiting = [...own, ...(await this.#admit(followers, seen, isOwn.size))].toSorted(compareVersions)
    await this.#prepare(waiting)
    const changed: number[] = []
    for (let posting = waiting.shift(); posting; posting = waiting.shift()) {
      const isSpent = this.#evidence.characters > MAX_CHARACTERS * own.length
      if (isSpent && !isOwn.has(posting.id)) continue
      if (!(await this.#decideAnew(posting))) continue
      changed.push(posting.id)
      if (rows.length === 0) continue
      const found = await this.#followersOfWork(posting, isOwn)
      const more = (await this.#admit(found, seen, isOwn.size)).filter(
        (one) => compareVersions(one, posting) > 0,
      )
      await this.#prepare(more)
      if (more.length > 0) waiting = [...waiting, ...more].toSorted(compareVersions)
    }
    return await this.#store(changed)
  }

  /** Reads those of some series that were not seen yet, as many as may be decided. */
  async #admit(ids: Iterable<number>, seen: Set<number>, own: number): Promise<Posting[]> {
    const unseen = [...ids].filter((id) => !seen.has(id))
    await this.#evidence.load(unseen)
    const found = unseen.flatMap((id) => this.#evidence.postingOf(id) ?? []).toSorted(compareVersions)
    const admitted = found.slice(0, Math.max(0, MAX_OTHERS + own - seen.size))
    for (const { id } of admitted) seen.add(id)
    return admitted
  }

  /** Reads what decisions on some series need. */
  async #prepare(postings: readonly Posting[]): Promise<void> {
    if (postings.length === 0) return
    const ids = postings.map(({ id }) => id)
    await this.#evidence.readNamesakes(postings.map(({ title }) => nameKey(title)))
    await this.#evidence.readMentions(ids)
    await this.#works.read(ids)
  }

  /** The series whose links may depend on the works that changed with the links of one. */
  async #followersOfWork({ id }: Posting, isOwn: ReadonlySet<number>): Promise<Set<number>> {
    const continuing = await this.#works.descendantsOf(id)
    // Those of its own series are known.
    const ids = isOwn.has(id) ? continuing : [id, ...continuing]
    return await this.#followers.ofWorks(await membersById(this.#db, ids))
  }

  /** Decides the links of a series. Returns whether they are others than before. */
  async #decideAnew(posting: Posting): Promise<boolean> {
    const links = await this.#decide(posting)
    this.#evidence.trim()
    return this.#works.decide(
      posting.id,
      links.map((link) => ({ ...link, series: posting.id })),
    )
  }

  async #decide(posting: Posting): Promise<Link[]> {
    const candidates = new Map<number, TopicCandidate>()
    const add = (id: number, kind?: Mention['kind'], distance = 0) => {
      const earlier = this.#evidence.postingOf(id)
      if (!earlier || id === posting.id) return
      const known = candidates.get(id)
      const mentions = new Set([...(known?.mentions ?? []), ...(kind ? [kind] : [])])
      const nearest = Math.min(known?.distance ?? distance, distance)
      candidates.set(id, { posting: earlier, mentions, distance: nearest })
    }
    const namesakes = (await this.#evidence.namesakesOf(posting)).filter(
      (row) => compareVersions(toMember(row), posting) < 0,
    )
    await this.#evidence.load(namesakes.map(({ series_id }) => series_id))
    for (const { id, kind, position } of this.#evidence.mentionedBy(posting.id)) add(id, kind, position)
    for (const { series_id } of namesakes) add(series_id)
    const links =
      candidates.size === 0 ? [] : await this.#decideBy(decideLinks, posting, [...candidates.values()])
    if (links.length > 0 || posting.version === 1) return links
    const near = await listEarlierOfSenders(this.#db, {
      senders: await sendersOf(this.#db, [posting]),
      project: this.#project,
      from: shiftDays(posting.date, -WINDOW_DAYS),
      to: shiftDays(posting.date, 1),
      version: posting.version,
    })
    await this.#evidence.load(near.map(({ series_id }) => series_id))
    for (const { series_id } of near) add(series_id)
    return await this.#decideBy(decideByLikeness, posting, [...candidates.values()])
  }

  /** Applies the rules; what they ask for is read in between. */
  async #decideBy(
    rules: typeof decideLinks,
    posting: Posting,
    candidates: readonly TopicCandidate[],
  ): Promise<Link[]> {
    for (;;) {
      const [unread, unlinked] = [new Set<number>(), new Set<number>()]
      const links = rules(posting, candidates, {
        changesOf: ({ id }) => {
          const known = this.#evidence.changesOf(id)
          if (!known) unread.add(id)
          return known ?? NO_CHANGES
        },
        rootsOf: ({ id }) => this.#works.rootsOf(id, unlinked),
      })
      if (unread.size === 0 && unlinked.size === 0) return links
      if (unread.size > 0) await this.#evidence.readChanges([...unread])
      if (unlinked.size > 0) await this.#works.readAncestry([...unlinked])
    }
  }

  async #store(changed: readonly number[]): Promise<LinkChange[]> {
    if (changed.length === 0) return []
    const changes = changed.flatMap((id): LinkChange[] => {
      const posting = this.#evidence.postingOf(id)
      if (!posting) return []
      const series = { id, title: posting.title }
      return [{ series, before: this.#works.storedOf(id), after: this.#works.decidedOf(id) }]
    })
    const links = changes.flatMap(({ after }) => after)
    await replaceLinks(this.#db, changed, links)
    const earlier = changes.flatMap(({ before, after }) => [...before, ...after]).map((link) => link.earlier)
    await arrangeTopics(this.#db, [...changed, ...earlier])
    return changes
  }
}
