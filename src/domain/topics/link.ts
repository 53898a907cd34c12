import type { Database } from '../../db/schema.js'
import { beforeCommit, type FinalWork } from '../../db/transaction.js'
import { listKnownMails } from '../mails/known-mails.js'
import { CHANGE_ID } from '../series/prerequisites.js'
import { arrangeTopics, toMember } from './arrange.js'
import { type Changes, changesOf } from './changes.js'
import type { TopicLink } from './components.js'
import { listMentionsBy, listMentionsOf, type Mention } from './mentions.js'
import { compareVersions, nameKey, type Posting } from './posting.js'
import {
  listHomes,
  listLinks,
  listMessageIds,
  listNamesakes,
  listNamesakesNear,
  listOfSenders,
  MAX_NEAR,
  type MemberRow,
  membersById,
  peopleOfUsers,
  readDiffs,
  readPostings,
} from './queries.js'
import { decideLinks, type Link, type TopicCandidate } from './rules.js'
import { replaceLinks, storeMembers } from './updates.js'

/**
 * Finds the topics of series. The result does not depend on the order of arrival: with a series, those that may
 * continue it are decided again.
 */

/** Has the topic of a series decided before the transaction commits. */
export function touchSeries(db: Database, series: number): void {
  beforeCommit(db, linkSeries, series)
}

/** Decides the topics of some series, and of those that may continue them. */
const linkSeries: FinalWork = async (db, ids) => {
  const postings = await readPostings(db, ids)
  const byProject = Map.groupBy(postings, ({ project_id }) => project_id)
  for (const [project, own] of byProject) await new Linker(db, project).link(own)
}

const NO_CHANGES: Changes = { files: new Set(), lines: new Set() }
const DAY_MS = 86_400_000
const WINDOW_DAYS = 730

/** Links series of one project, in one transaction. */
class Linker {
  readonly #db: Database
  readonly #project: number
  readonly #postings = new Map<number, Posting>()
  readonly #topics = new Map<number, number>()
  readonly #changes = new Map<number, Changes>()
  #namesakes = new Map<string, MemberRow[]>()
  #mentions = new Map<number, Mention[]>()
  /** For each target, the series that it leads to. */
  readonly #targets = new Map<string, number[]>()

  constructor(db: Database, project: number) {
    this.#db = db
    this.#project = project
  }

  async link(own: readonly Posting[]): Promise<void> {
    this.#add(own, await storeMembers(this.#db, own))
    await this.#readNamesakes(own)
    const ids = own.map(({ id }) => id)
    const followers = await this.#findFollowers(own)
    await this.#load(followers)
    const affected = [...ids, ...followers]
      .flatMap((id) => this.#postings.get(id) ?? [])
      .toSorted(compareVersions)
    await this.#readNamesakes(affected)
    await this.#readMentions(affected.map(({ id }) => id))
    const decided: TopicLink[] = []
    for (const posting of affected) {
      const links = await this.#decide(posting)
      this.#unite(posting, links)
      decided.push(...links.map((link) => ({ ...link, series: posting.id })))
    }
    await this.#store(
      affected.map(({ id }) => id),
      decided,
    )
  }

  #add(postings: readonly Posting[], rows: readonly MemberRow[]): void {
    for (const posting of postings) this.#postings.set(posting.id, posting)
    for (const { series_id, topic_id } of rows) this.#topics.set(series_id, topic_id)
  }

  async #load(ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#postings.has(id))
    if (missing.length === 0) return
    this.#add(await readPostings(this.#db, missing), await membersById(this.#db, missing))
  }

  async #readNamesakes(postings: readonly Posting[]): Promise<void> {
    const keys = new Set(postings.map(({ title }) => nameKey(title)))
    const missing = [...keys].filter((key) => key !== '' && !this.#namesakes.has(key))
    const rows = await listNamesakes(this.#db, this.#project, missing, 2 * MAX_NEAR + 1)
    const byName = Map.groupBy(rows, ({ name_key }) => name_key)
    for (const key of missing) this.#namesakes.set(key, byName.get(key) ?? [])
  }

  /** The series of the same name; of very many those that are nearest in time. */
  async #namesakesOf({ title, date }: Posting): Promise<readonly MemberRow[]> {
    const key = nameKey(title)
    const all = this.#namesakes.get(key) ?? []
    if (all.length <= 2 * MAX_NEAR) return all
    return await listNamesakesNear(this.#db, { project: this.#project, key, date })
  }

  /** The series that may continue these: they name them, have their names, or are later ones of their senders. */
  async #findFollowers(own: readonly Posting[]): Promise<number[]> {
    const ids = own.map(({ id }) => id)
    const found = new Set<number>()
    for (const posting of own)
      for (const id of followersAmong(await this.#namesakesOf(posting), posting)) found.add(id)
    const changeIds = (await listMentionsBy(this.#db, ids)).filter(({ kind }) => kind === 'change-id')
    const targets = [...(await listMessageIds(this.#db, ids)), ...changeIds.map(({ target }) => target)]
    for (const { series_id } of await listMentionsOf(this.#db, this.#project, [...new Set(targets)]))
      found.add(series_id)
    const dates = own.map(({ date }) => date).toSorted()
    const senders = await this.#sendersOf(own)
    for (const { series_id } of await listOfSenders(this.#db, senders, {
      project: this.#project,
      from: shifted(dates[0] as string, -1),
      to: shifted(dates.at(-1) as string, WINDOW_DAYS),
    }))
      found.add(series_id)
    return [...found].filter((id) => !ids.includes(id))
  }

  async #sendersOf(postings: readonly Posting[]): Promise<number[]> {
    const users = [...new Set(postings.flatMap(({ user_id }) => user_id ?? []))]
    const others = users.length === 0 ? [] : await peopleOfUsers(this.#db, users)
    return [...new Set([...postings.map(({ submitter_id }) => submitter_id), ...others.map(({ id }) => id)])]
  }

  async #readMentions(ids: readonly number[]): Promise<void> {
    const mentions = await listMentionsBy(this.#db, ids)
    this.#mentions = Map.groupBy(mentions, ({ series_id }) => series_id)
    const targets = [...new Set(mentions.map(({ target }) => target))]
    const numbered = targets.flatMap((target) => numberIn(target) ?? [])
    for (const { target, kind, id } of numbered) if (kind === 'series') this.#lead(target, id)
    const msgids = targets.filter((target) => target.startsWith('<'))
    await this.#readHomes([
      ...(await this.#readMails(msgids)),
      ...numbered.filter(({ kind }) => kind !== 'series'),
    ])
    const changeIds = targets.filter((target) => target.startsWith(CHANGE_ID))
    for (const { series_id, target } of await listMentionsOf(this.#db, this.#project, changeIds))
      this.#lead(target, series_id)
    await this.#load([...this.#targets.values()].flat())
  }

  #lead(target: string, series: number): void {
    const known = this.#targets.get(target)
    if (known) known.push(series)
    else this.#targets.set(target, [series])
  }

  async #readMails(msgids: readonly string[]): Promise<Numbered[]> {
    const mails: Numbered[] = []
    for (let start = 0; start < msgids.length; start += MAX_TEXTS) {
      const known = await listKnownMails(this.#db, this.#project, msgids.slice(start, start + MAX_TEXTS))
      mails.push(...known.map(({ msgid, kind, id }) => ({ target: msgid, kind, id })))
    }
    return mails
  }

  /** Finds the series of some patches and covers. */
  async #readHomes(mails: readonly Numbered[]): Promise<void> {
    if (mails.length === 0) return
    const idsOf = (kind: Numbered['kind']) => mails.filter((mail) => mail.kind === kind).map(({ id }) => id)
    const homes = await listHomes(this.#db, idsOf('patch'), idsOf('cover'))
    const byMail = new Map(homes.map(({ kind, id, series_id }) => [`${kind} ${id}`, series_id]))
    for (const { target, kind, id } of mails) {
      const series = byMail.get(`${kind} ${id}`)
      if (series !== undefined) this.#lead(target, series)
    }
  }

  async #decide(posting: Posting): Promise<Link[]> {
    const candidates = new Map<number, TopicCandidate>()
    const add = (id: number, kind?: Mention['kind'], distance = 0) => {
      const earlier = this.#postings.get(id)
      if (!earlier || id === posting.id) return
      const known = candidates.get(id)
      const mentions = new Set([...(known?.mentions ?? []), ...(kind ? [kind] : [])])
      const nearest = Math.min(known?.distance ?? distance, distance)
      candidates.set(id, { posting: earlier, mentions, distance: nearest, topic: this.#topics.get(id) ?? id })
    }
    const namesakes = (await this.#namesakesOf(posting)).filter(
      (row) => compareVersions(toMember(row), posting) < 0,
    )
    await this.#load(namesakes.map(({ series_id }) => series_id))
    for (const { kind, target, position } of this.#mentions.get(posting.id) ?? [])
      for (const id of this.#targets.get(target) ?? []) add(id, kind, position)
    for (const { series_id } of namesakes) add(series_id)
    const links = candidates.size === 0 ? [] : await this.#decideAmong(posting, [...candidates.values()])
    if (links.length > 0 || posting.version === 1) return links
    const senders = await this.#sendersOf([posting])
    const near = await listOfSenders(this.#db, senders, {
      project: this.#project,
      from: shifted(posting.date, -WINDOW_DAYS),
      to: shifted(posting.date, 1),
      below: posting.version,
    })
    await this.#load(near.map(({ series_id }) => series_id))
    for (const { series_id } of near) add(series_id)
    return await this.#decideAmong(posting, [...candidates.values()])
  }

  /** Applies the rules; the changes that they ask for are read in between. */
  async #decideAmong(posting: Posting, candidates: readonly TopicCandidate[]): Promise<Link[]> {
    for (;;) {
      const missing = new Set<number>()
      const links = decideLinks(posting, candidates, ({ id }) => {
        const known = this.#changes.get(id)
        if (!known) missing.add(id)
        return known ?? NO_CHANGES
      })
      if (missing.size === 0) return links
      for (const [id, diffs] of await readDiffs(this.#db, [...missing]))
        this.#changes.set(id, changesOf(diffs))
    }
  }

  /** Later decisions of this transaction see that these are one work. */
  #unite({ id }: Posting, links: readonly Link[]): void {
    for (const { earlier } of links) {
      const [from, to] = [this.#topics.get(id) ?? id, this.#topics.get(earlier) ?? earlier]
      for (const [series, topic] of this.#topics) if (topic === from) this.#topics.set(series, to)
    }
  }

  async #store(affected: readonly number[], decided: readonly TopicLink[]): Promise<void> {
    const known = (await listLinks(this.#db, affected)).filter(({ series }) => affected.includes(series))
    const changed = affected.filter((id) => toText(decided, id) !== toText(known, id))
    if (changed.length === 0) return
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
  }
}

const MAX_TEXTS = 100

/** A target with the row that it names. */
interface Numbered {
  readonly target: string
  readonly kind: 'series' | 'patch' | 'cover'
  readonly id: number
}

/** Reads a target such as `patch-12`; undefined for message ids and change ids. */
function numberIn(target: string): Numbered | undefined {
  const [, kind, id] = /^(series|patch|cover)-(\d+)$/.exec(target) ?? []
  return kind === undefined ? undefined : { target, kind: kind as Numbered['kind'], id: Number(id) }
}

function toText(links: readonly TopicLink[], id: number): string {
  return links
    .filter(({ series }) => series === id)
    .map(({ earlier, reason }) => `${earlier} ${reason}`)
    .toSorted()
    .join()
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
