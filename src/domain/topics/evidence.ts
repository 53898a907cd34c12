import type { Database } from '../../db/schema.js'
import { inParts } from '../../util/batches.js'
import { listKnownMails } from '../mails/known-mails.js'
import { CHANGE_ID } from '../series/prerequisites.js'
import { type Changes, changesOf } from './changes.js'
import { listMentionsBy, listMentionsOf, type Mention } from './mentions.js'
import { nameKey, type Posting } from './posting.js'
import {
  listHomes,
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
import type { Link } from './rules.js'

/** What the database knows of series of one project that may continue each other, read as it is needed. */
export class Evidence {
  readonly #db: Database
  readonly #project: number
  readonly #postings = new Map<number, Posting>()
  readonly #topics = new Map<number, number>()
  readonly #changes = new Map<number, Changes>()
  readonly #namesakes = new Map<string, MemberRow[]>()
  #mentions = new Map<number, Mention[]>()
  /** For each target, the series that it leads to. */
  readonly #targets = new Map<string, number[]>()

  constructor(db: Database, project: number) {
    this.#db = db
    this.#project = project
  }

  /** Adds series that are read already. */
  add(postings: readonly Posting[], rows: readonly MemberRow[]): void {
    for (const posting of postings) this.#postings.set(posting.id, posting)
    for (const { series_id, topic_id } of rows) this.#topics.set(series_id, topic_id)
  }

  /** Reads some series, unless they are known. */
  async load(ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#postings.has(id))
    if (missing.length === 0) return
    this.add(await readPostings(this.#db, missing), await membersById(this.#db, missing))
  }

  postingOf(id: number): Posting | undefined {
    return this.#postings.get(id)
  }

  topicOf(id: number): number {
    return this.#topics.get(id) ?? id
  }

  /** Reads the series that have the names of some others. */
  async readNamesakes(postings: readonly Posting[]): Promise<void> {
    const keys = new Set(postings.map(({ title }) => nameKey(title)))
    const missing = [...keys].filter((key) => key !== '' && !this.#namesakes.has(key))
    const rows = await listNamesakes(this.#db, this.#project, missing, 2 * MAX_NEAR + 1)
    const byName = Map.groupBy(rows, ({ name_key }) => name_key)
    for (const key of missing) this.#namesakes.set(key, byName.get(key) ?? [])
  }

  /** The series of the same name; of very many those that are nearest in time. */
  async namesakesOf({ title, date }: Posting): Promise<readonly MemberRow[]> {
    const key = nameKey(title)
    const all = this.#namesakes.get(key) ?? []
    if (all.length <= 2 * MAX_NEAR) return all
    return await listNamesakesNear(this.#db, { project: this.#project, key, date })
  }

  /** The people whose series may be versions of these. */
  async sendersOf(postings: readonly Posting[]): Promise<number[]> {
    const users = [...new Set(postings.flatMap(({ user_id }) => user_id ?? []))]
    const others = users.length === 0 ? [] : await peopleOfUsers(this.#db, users)
    return [...new Set([...postings.map(({ submitter_id }) => submitter_id), ...others.map(({ id }) => id)])]
  }

  /** Series of the senders of some others, in a range of dates. */
  async listOfSenders(
    postings: readonly Posting[],
    range: { from: string; to: string; below?: number },
  ): Promise<MemberRow[]> {
    return await listOfSenders(this.#db, await this.sendersOf(postings), { project: this.#project, ...range })
  }

  /** Reads what the mails of some series say of earlier versions, and what that leads to. */
  async readMentions(ids: readonly number[]): Promise<void> {
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
    await this.load([...this.#targets.values()].flat())
  }

  /** The series that the mails of a series name. */
  *mentionedBy(series: number): Generator<{ id: number; kind: Mention['kind']; position: number }> {
    for (const { kind, target, position } of this.#mentions.get(series) ?? [])
      for (const id of this.#targets.get(target) ?? []) yield { id, kind, position }
  }

  #lead(target: string, series: number): void {
    const known = this.#targets.get(target)
    if (known) known.push(series)
    else this.#targets.set(target, [series])
  }

  async #readMails(msgids: readonly string[]): Promise<Numbered[]> {
    const mails: Numbered[] = []
    for (const some of inParts(msgids, MAX_TEXTS)) {
      const known = await listKnownMails(this.#db, this.#project, some)
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

  changesOf(series: number): Changes | undefined {
    return this.#changes.get(series)
  }

  /** Reads the changes of some series; those of others may be forgotten. */
  async readChanges(series: readonly number[]): Promise<void> {
    for (const [id, diffs] of await readDiffs(this.#db, series)) this.#changes.set(id, changesOf(diffs))
  }

  /** Frees memory, between two decisions. */
  trim(): void {
    if (this.#changes.size > MAX_CHANGES) this.#changes.clear()
  }

  /** Later decisions of this transaction see that these are one work. */
  unite({ id }: Posting, links: readonly Link[]): void {
    for (const { earlier } of links) {
      const [from, to] = [this.#topics.get(id) ?? id, this.#topics.get(earlier) ?? earlier]
      for (const [series, topic] of this.#topics) if (topic === from) this.#topics.set(series, to)
    }
  }
}

/** Maximum number of series whose changes are kept. */
const MAX_CHANGES = 100

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
