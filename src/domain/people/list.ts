import type { Selectable } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { inOrder } from '../../db/pagination.js'
import type { Database, PersonTable } from '../../db/schema.js'
import { MAX_COUNTED, type Search, wordsOf } from '../search-words.js'
import { listPersonIds } from './filter.js'

/** People as administrators look for them. */

export interface FoundPerson extends Selectable<PersonTable> {
  /** Of the account that the address belongs to. */
  username: string | null
}

const foundPeopleById = byIds<FoundPerson>((db, ids) =>
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
  return { people: inOrder(ids, await foundPeopleById(db, ids)), total }
}

/** The person of a number, if there is one. */
export async function findFoundPerson(db: Database, id: number): Promise<FoundPerson | undefined> {
  return (await foundPeopleById(db, [id]))[0]
}
