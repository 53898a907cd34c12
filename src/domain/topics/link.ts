import type { Database } from '../../db/schema.js'
import { beforeCommit, type FinalWork } from '../../db/transaction.js'
import { reviewLater } from '../automation/superseded.js'
import { arrangeTopics, toMember } from './arrange.js'
import type { Changes } from './changes.js'
import { type LinkChange, linksKey, type TopicLink } from './components.js'
import { Evidence } from './evidence.js'
import { tellLinks } from './link-events.js'
import { listMentionsBy, listMentionsOf, type Mention } from './mentions.js'
import { compareVersions, type Posting } from './posting.js'
import { listLinks, listMessageIds, type MemberRow, membersById, readPostings } from './queries.js'
import { decideLinks, type Link, type TopicCandidate } from './rules.js'
import { replaceLinks, storeMembers } from './updates.js'

/**
 * Finds the topics of series. The result does not depend on the order of arrival: with a series, those that may
 * continue it are decided again.
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

/** Decides the topics of some series, and of those that may continue them. */
const linkTouched: FinalWork = async (db, ids) => {
  for (const [project, own] of await postingsByProject(db, ids)) {
    const linker = new Linker(db, project)
    const affected = await linker.begin(own, await storeMembers(db, own))
    const changes = await linker.link(affected)
    await tellLinks(db, project, changes)
    for (const { series, before, after } of changes)
      for (const id of [series.id, ...[...before, ...after].map(({ earlier }) => earlier)])
        reviewLater(db, id)
  }
}

/**
 * Decides again the topics of some series whose rows are stored, but not of those that may continue them. Returns the
 * series whose links changed.
 */
export async function relinkSeries(db: Database, ids: readonly number[]): Promise<LinkChange[]> {
  const changes: LinkChange[] = []
  for (const [project, own] of await postingsByProject(db, ids)) {
    const linker = new Linker(db, project)
    changes.push(...(await linker.relink(own)))
  }
  return changes
}

async function postingsByProject(db: Database, ids: readonly number[]): Promise<Map<number, Posting[]>> {
  return Map.groupBy(await readPostings(db, ids), ({ project_id }) => project_id)
}

const NO_CHANGES: Changes = { files: new Set(), lines: new Set() }
const DAY_MS = 86_400_000
const WINDOW_DAYS = 730

/** Links series of one project, in one transaction. */
class Linker {
  readonly #db: Database
  readonly #project: number
  readonly #evidence: Evidence

  constructor(db: Database, project: number) {
    this.#db = db
    this.#project = project
    this.#evidence = new Evidence(db, project)
  }

  /** Reads what some series need, and finds those that may continue them; returns all of them. */
  async begin(own: readonly Posting[], rows: readonly MemberRow[]): Promise<Posting[]> {
    this.#evidence.add(own, rows)
    await this.#evidence.readNamesakes(own)
    const followers = await this.#findFollowers(own)
    await this.#evidence.load(followers)
    return [...own, ...followers.flatMap((id) => this.#evidence.postingOf(id) ?? [])]
  }

  async relink(own: readonly Posting[]): Promise<LinkChange[]> {
    const ids = own.map(({ id }) => id)
    this.#evidence.add(own, await membersById(this.#db, ids))
    return await this.link(own)
  }

  /** Decides the links of some series, and stores those that differ. */
  async link(postings: readonly Posting[]): Promise<LinkChange[]> {
    const ids = postings.map(({ id }) => id)
    await this.#evidence.readNamesakes(postings)
    await this.#evidence.readMentions(ids)
    const decided: TopicLink[] = []
    for (const posting of postings.toSorted(compareVersions)) {
      const links = await this.#decide(posting)
      this.#evidence.unite(posting, links)
      this.#evidence.trim()
      decided.push(...links.map((link) => ({ ...link, series: posting.id })))
    }
    return await this.#store(ids, decided)
  }

  /** The series that may continue these: they name them, have their names, or are later ones of their senders. */
  async #findFollowers(own: readonly Posting[]): Promise<number[]> {
    const ids = own.map(({ id }) => id)
    const found = new Set<number>()
    for (const posting of own)
      for (const id of followersAmong(await this.#evidence.namesakesOf(posting), posting)) found.add(id)
    const changeIds = (await listMentionsBy(this.#db, ids)).filter(({ kind }) => kind === 'change-id')
    const targets = [...(await listMessageIds(this.#db, ids)), ...changeIds.map(({ target }) => target)]
    for (const { series_id } of await listMentionsOf(this.#db, this.#project, [...new Set(targets)]))
      found.add(series_id)
    const dates = own.map(({ date }) => date).toSorted()
    const range = { from: shifted(dates[0] as string, -1), to: shifted(dates.at(-1) as string, WINDOW_DAYS) }
    for (const { series_id } of await this.#evidence.listOfSenders(own, range)) found.add(series_id)
    return [...found].filter((id) => !ids.includes(id))
  }

  async #decide(posting: Posting): Promise<Link[]> {
    const candidates = new Map<number, TopicCandidate>()
    const add = (id: number, kind?: Mention['kind'], distance = 0) => {
      const earlier = this.#evidence.postingOf(id)
      if (!earlier || id === posting.id) return
      const known = candidates.get(id)
      const mentions = new Set([...(known?.mentions ?? []), ...(kind ? [kind] : [])])
      const nearest = Math.min(known?.distance ?? distance, distance)
      candidates.set(id, { posting: earlier, mentions, distance: nearest, topic: this.#evidence.topicOf(id) })
    }
    const namesakes = (await this.#evidence.namesakesOf(posting)).filter(
      (row) => compareVersions(toMember(row), posting) < 0,
    )
    await this.#evidence.load(namesakes.map(({ series_id }) => series_id))
    for (const { id, kind, position } of this.#evidence.mentionedBy(posting.id)) add(id, kind, position)
    for (const { series_id } of namesakes) add(series_id)
    const links = candidates.size === 0 ? [] : await this.#decideAmong(posting, [...candidates.values()])
    if (links.length > 0 || posting.version === 1) return links
    const near = await this.#evidence.listOfSenders([posting], {
      from: shifted(posting.date, -WINDOW_DAYS),
      to: shifted(posting.date, 1),
      below: posting.version,
    })
    await this.#evidence.load(near.map(({ series_id }) => series_id))
    for (const { series_id } of near) add(series_id)
    return await this.#decideAmong(posting, [...candidates.values()])
  }

  /** Applies the rules; the changes that they ask for are read in between. */
  async #decideAmong(posting: Posting, candidates: readonly TopicCandidate[]): Promise<Link[]> {
    for (;;) {
      const missing = new Set<number>()
      const links = decideLinks(posting, candidates, ({ id }) => {
        const known = this.#evidence.changesOf(id)
        if (!known) missing.add(id)
        return known ?? NO_CHANGES
      })
      if (missing.size === 0) return links
      await this.#evidence.readChanges([...missing])
    }
  }

  async #store(affected: readonly number[], decided: readonly TopicLink[]): Promise<LinkChange[]> {
    const known = (await listLinks(this.#db, affected)).filter(({ series }) => affected.includes(series))
    const changed = affected.filter((id) => linksKey(linksOf(decided, id)) !== linksKey(linksOf(known, id)))
    if (changed.length === 0) return []
    await replaceLinks(
      this.#db,
      changed,
      decided.filter(({ series }) => changed.includes(series)),
    )
    await arrangeTopics(this.#db, [
      ...changed,
      ...[...known, ...decided]
        .filter(({ series }) => changed.includes(series))
        .map(({ earlier }) => earlier),
    ])
    return changed.flatMap((id) => {
      const posting = this.#evidence.postingOf(id)
      if (!posting) return []
      const series = { id, title: posting.title }
      return [{ series, before: linksOf(known, id), after: linksOf(decided, id) }]
    })
  }
}

function linksOf(links: readonly TopicLink[], id: number): TopicLink[] {
  return links.filter(({ series }) => series === id)
}

/** Series of one name that may continue another: those of higher versions, and the next of its own. */
function followersAmong(rows: readonly MemberRow[], posting: Posting): number[] {
  const later = rows
    .filter((row) => compareVersions(toMember(row), posting) > 0)
    .toSorted((a, b) => compareVersions(toMember(a), toMember(b)))
  const resent = later.filter(({ version }) => version === posting.version).slice(0, MAX_RESENT)
  return [...resent, ...later.filter(({ version }) => version > posting.version)].map(
    ({ series_id }) => series_id,
  )
}

/** Maximum number of later series of the same version that are decided again. */
const MAX_RESENT = 3

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}Z`) + days * DAY_MS).toISOString().slice(0, 19)
}
