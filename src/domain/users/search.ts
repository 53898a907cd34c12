import type { Selectable } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { inOrder } from '../../db/pagination.js'
import type { Database, PersonTable } from '../../db/schema.js'
import { listPersonIds } from '../people/filter.js'
import { listUserIds } from './filter.js'
import type { User } from './queries.js'

/** Users and people as those who run the site look for them. */

export interface Search {
  /** Part of a name or of an address, whatever its case; empty: all. */
  readonly term: string
  readonly limit: number
  readonly offset: number
}

/** Nobody counts further, or turns pages so far. */
const MAX_COUNTED = 10_000

const usersByFullMatch = byIds<User>((db, ids) =>
  db
    .selectFrom('users')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** The term is looked for as one word, blanks and all. */
function wordsOf(term: string) {
  return term === '' ? {} : { words: [term] }
}

/** One page of the accounts, by name, and how many all pages have. */
export async function searchUsers(
  db: Database,
  { term, limit, offset }: Search,
): Promise<{ users: User[]; total: number }> {
  const order = [{ by: 'username', isDescending: false }] as const
  const { ids, total } = await listUserIds(db, wordsOf(term), order, { limit, offset, most: MAX_COUNTED })
  return { users: inOrder(ids, await usersByFullMatch(db, ids)), total }
}

export interface FoundPerson extends Selectable<PersonTable> {
  /** Of the account that the address belongs to. */
  username: string | null
}

const peopleByFullMatch = byIds<FoundPerson>((db, ids) =>
  db
    .selectFrom('people')
    .leftJoin('users', 'users.id', 'people.user_id')
    .selectAll('people')
    .select('users.username')
    .where((eb) => capabilities(db).anyOf(eb.ref('people.id'), ids)),
)

/** One page of the people, the newest first, and how many all pages have. */
export async function searchPeople(
  db: Database,
  { term, limit, offset }: Search,
): Promise<{ people: FoundPerson[]; total: number }> {
  const order = [{ by: 'id', isDescending: true }] as const
  const { ids, total } = await listPersonIds(db, wordsOf(term), order, { limit, offset, most: MAX_COUNTED })
  return { people: inOrder(ids, await peopleByFullMatch(db, ids)), total }
}

/** The person of a number, if there is one. */
export async function findFoundPerson(db: Database, id: number): Promise<FoundPerson | undefined> {
  return (await peopleByFullMatch(db, [id]))[0]
}
