import type { Database } from '../../db/schema.js'
import { toMember } from './arrange.js'
import type { Evidence } from './evidence.js'
import { listMentionsOf } from './mentions.js'
import { listUnlinkedOfSenders, MAX_NEAR, MAX_UNLINKED, peopleOfUsers, usersOfPeople } from './near.js'
import { compareVersions, shiftDays } from './posting.js'
import { listMessageIds, type MemberRow } from './queries.js'

/**
 * Finds the series that may continue some others: they name them, have their names, or are later ones of their senders. A
 * series is among the candidates of all that are found for it, so that no others have to be decided again.
 */
export class Followers {
  readonly #db: Database
  readonly #project: number
  readonly #evidence: Evidence

  constructor(db: Database, project: number, evidence: Evidence) {
    this.#db = db
    this.#project = project
    this.#evidence = evidence
  }

  /** The series that may continue some, by what these are found by. */
  async of(rows: readonly MemberRow[]): Promise<Set<number>> {
    return new Set([...(await this.#ofNames(rows, false)), ...(await this.#ofMailsAndSenders(rows))])
  }

  /** Those whose links may depend on which works these belong to. */
  async ofWorks(rows: readonly MemberRow[]): Promise<Set<number>> {
    return new Set([...(await this.#ofNames(rows, true)), ...(await this.#ofMailsAndSenders(rows))])
  }

  async #ofNames(rows: readonly MemberRow[], isForWorks: boolean): Promise<number[]> {
    await this.#evidence.readNamesakes(rows.map(({ name_key }) => name_key))
    const found: number[] = []
    for (const row of rows) {
      const near = await this.#evidence.namesakesNear(row.name_key, row.date)
      const versions = new Set(near.map(({ version }) => version))
      // Where each version is there once, no rule asks whether some of them are one work.
      if (isForWorks && versions.size === near.length) continue
      // Where more have a name than are compared, one takes the place of another among them, whatever its version is.
      const displaces = !isForWorks && near.length > MAX_NEAR
      for (const other of near)
        if (displaces || compareVersions(toMember(other), toMember(row)) > 0) found.push(other.series_id)
    }
    return found
  }

  async #ofMailsAndSenders(rows: readonly MemberRow[]): Promise<number[]> {
    const ids = [...new Set(rows.map(({ series_id }) => series_id))]
    await this.#evidence.readMentions(ids)
    const targets = [...(await listMessageIds(this.#db, ids)), ...this.#evidence.changeIdsOf(ids)]
    const mentions = await listMentionsOf(this.#db, this.#project, [...new Set(targets)])
    return [...mentions.map(({ series_id }) => series_id), ...(await this.#ofSenders(rows))]
  }

  async #ofSenders(rows: readonly MemberRow[]): Promise<number[]> {
    const found = await this.#listOfSenders(rows)
    if (found.length < MAX_UNLINKED || rows.length === 1) return found
    // Too many for one statement: one for each series, so that one sender does not hide what others sent.
    const each: number[] = []
    for (const row of rows) each.push(...(await this.#listOfSenders([row])))
    return each
  }

  async #listOfSenders(rows: readonly MemberRow[]): Promise<number[]> {
    const dates = rows.map(({ date }) => date).toSorted()
    const [first, last] = [dates[0], dates.at(-1)]
    if (first === undefined || last === undefined) return []
    const range = {
      senders: await this.#sendersOf(rows),
      project: this.#project,
      from: shiftDays(first, -1),
      to: shiftDays(last, WINDOW_DAYS),
      version: Math.min(...rows.map(({ version }) => version)),
    }
    const found = await listUnlinkedOfSenders(this.#db, range, MAX_UNLINKED)
    return found.map(({ series_id }) => series_id)
  }

  async #sendersOf(rows: readonly MemberRow[]): Promise<number[]> {
    const people = rows.map(({ series_id, submitter_id }) => {
      const posting = this.#evidence.postingOf(series_id)
      return posting?.submitter_id === submitter_id ? posting : { submitter_id }
    })
    return await sendersOf(this.#db, people)
  }
}

/** A link goes to a series of the last two years. */
export const WINDOW_DAYS = 730

/** A sender, with the account where it is known: null for none. */
interface Sender {
  readonly submitter_id: number
  readonly user_id?: number | null
}

/** Some senders, and the other addresses of their accounts. */
export async function sendersOf(db: Database, senders: readonly Sender[]): Promise<number[]> {
  const people = new Set(senders.map(({ submitter_id }) => submitter_id))
  const unknown = senders.filter(({ user_id }) => user_id === undefined)
  const read = await usersOfPeople(
    db,
    unknown.map(({ submitter_id }) => submitter_id),
  )
  const users = new Set([...senders, ...read].flatMap(({ user_id }) => user_id ?? []))
  for (const { id } of await peopleOfUsers(db, [...users])) people.add(id)
  return [...people]
}
