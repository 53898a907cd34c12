import type { Database } from '../../db/schema.js'
import { inParts } from '../../util/batches.js'
import { listKnownMails } from '../mails/known-mails.js'
import { CHANGE_ID } from '../series/prerequisites.js'
import { type Changes, changesOf } from './changes.js'
import { listMentionsBy, listMentionsOf, type Mention } from './mentions.js'
import { listNamesakes, listNamesakesNear, namesakesNearAmong } from './near.js'
import { nameKey, type Posting } from './posting.js'
import { listHomes, type MemberRow, readDiffs, readPostings } from './queries.js'

/** What the database knows of series of one project that may continue each other, read as it is needed. */
export class Evidence {
  readonly #db: Database
  readonly #project: number
  readonly #postings = new Map<number, Posting>()
  readonly #changes = new Map<number, Changes>()
  /** The series of each name, in the order of their dates. */
  readonly #namesakes = new Map<string, MemberRow[]>()
  readonly #mentions = new Map<number, Mention[]>()
  /** For each target, the series that it leads to. */
  readonly #targets = new Map<string, Set<number>>()
  #characters = 0

  constructor(db: Database, project: number) {
    this.#db = db
    this.#project = project
  }

  /** Adds series that are read already. */
  add(postings: readonly Posting[]): void {
    for (const posting of postings) this.#postings.set(posting.id, posting)
  }

  /** Reads some series, unless they are known. */
  async load(ids: Iterable<number>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#postings.has(id))
    if (missing.length > 0) this.add(await readPostings(this.#db, missing))
  }

  postingOf(id: number): Posting | undefined {
    return this.#postings.get(id)
  }

  /** Reads the series of some names. */
  async readNamesakes(names: Iterable<string>): Promise<void> {
    const missing = [...new Set(names)].filter((key) => key !== '' && !this.#namesakes.has(key))
    const rows = await listNamesakes(this.#db, this.#project, missing, MAX_NAMESAKES + 1)
    const inOrder = rows.toSorted((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)))
    const byName = Map.groupBy(inOrder, ({ name_key }) => name_key)
    for (const key of missing) this.#namesakes.set(key, byName.get(key) ?? [])
  }

  /** The series of a name that are nearest to a date: as many before it as after it. */
  async namesakesNear(key: string, date: string): Promise<readonly MemberRow[]> {
    const all = this.#namesakes.get(key) ?? []
    if (all.length <= MAX_NAMESAKES) return namesakesNearAmong(all, date)
    return await listNamesakesNear(this.#db, { project: this.#project, key, date })
  }

  /** The series of the same name as one. */
  async namesakesOf({ title, date }: Posting): Promise<readonly MemberRow[]> {
    return await this.namesakesNear(nameKey(title), date)
  }

  /** Reads what the mails of some series say of earlier versions, and what that leads to. */
  async readMentions(series: readonly number[]): Promise<void> {
    const ids = series.filter((id) => !this.#mentions.has(id))
    const mentions = await listMentionsBy(this.#db, ids)
    const bySeries = Map.groupBy(mentions, ({ series_id }) => series_id)
    for (const id of ids) this.#mentions.set(id, bySeries.get(id) ?? [])
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
    await this.load([...this.#targets.values()].flatMap((found) => [...found]))
  }

  /** The series that the mails of a series name. */
  *mentionedBy(series: number): Generator<{ id: number; kind: Mention['kind']; position: number }> {
    for (const { kind, target, position } of this.#mentions.get(series) ?? [])
      for (const id of this.#targets.get(target) ?? []) yield { id, kind, position }
  }

  /** The change ids of some series whose mentions are read. */
  changeIdsOf(series: readonly number[]): string[] {
    const mentions = series.flatMap((id) => this.#mentions.get(id) ?? [])
    return mentions.filter(({ kind }) => kind === 'change-id').map(({ target }) => target)
  }

  #lead(target: string, series: number): void {
    const known = this.#targets.get(target)
    if (known) known.add(series)
    else this.#targets.set(target, new Set([series]))
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
    const postings = series.flatMap((id) => this.#postings.get(id) ?? [])
    for (const [id, diffs] of await readDiffs(this.#db, postings)) {
      for (const diff of diffs) this.#characters += diff.length
      this.#changes.set(id, changesOf(diffs))
    }
  }

  /** The size of all diffs that were read. */
  get characters(): number {
    return this.#characters
  }

  /** Frees memory, between two decisions. */
  trim(): void {
    if (this.#changes.size > MAX_CHANGES) this.#changes.clear()
  }
}

/** Maximum number of series of one name that are read at once. */
const MAX_NAMESAKES = 200

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
