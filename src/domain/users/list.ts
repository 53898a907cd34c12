import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { inOrder } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { MAX_COUNTED, type Search, wordsOf } from '../search-words.js'
import { listUserIds } from './filter.js'
import type { User } from './queries.js'

/** Accounts as administrators look for them. */

const accountsById = byIds<User>((db, ids) =>
  db
    .selectFrom('users')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** One page of the accounts, by name, and how many all pages have. */
export async function searchUsers(
  db: Database,
  { term, limit, offset }: Search,
): Promise<{ users: User[]; total: number }> {
  const order = [{ by: 'username', isDescending: false }] as const
  const { ids, total } = await listUserIds(db, wordsOf(term), order, { limit, offset, most: MAX_COUNTED })
  return { users: inOrder(ids, await accountsById(db, ids)), total }
}
