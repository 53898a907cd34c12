import { sql } from 'kysely'
import { capabilities, containsParameter } from '../db/dialect/dialect.js'
import { prepare } from '../db/prepared.js'
import type { Database } from '../db/schema.js'

/** What is offered while somebody types a name; `pk` and the other names are those that browsers know. */

export interface SubmitterOffer {
  pk: number
  name: string | null
  email: string
}

export interface DelegateOffer {
  pk: number
  name: string
}

interface Wanted {
  pattern: string
  limit: number
}

const submitters = prepare<Wanted, SubmitterOffer>((db, { pattern, limit }) =>
  db
    .selectFrom('people')
    .select(['id as pk', 'name', 'email'])
    .where((eb) =>
      eb.or(['name', 'email'].map((column) => capabilities(db).contains(sql.ref(column), pattern))),
    )
    .orderBy('id')
    .limit(limit),
)

/** People whose name or address contains the text. */
export function completeSubmitter(db: Database, text: string, limit: number): Promise<SubmitterOffer[]> {
  return submitters(db, { pattern: containsParameter(text), limit })
}

const delegates = prepare<Wanted, DelegateOffer>((db, { pattern, limit }) =>
  db
    .selectFrom('users')
    .select(['id as pk', 'username as name'])
    .where('id', 'in', (eb) => eb.selectFrom('maintainers').select('user_id'))
    .where((eb) =>
      eb.or(
        ['username', 'first_name', 'last_name', 'email'].map((column) =>
          capabilities(db).contains(sql.ref(column), pattern),
        ),
      ),
    )
    .orderBy('id')
    .limit(limit),
)

/** Maintainers, for only they are delegated to, whose names or address contain the text. */
export function completeDelegate(db: Database, text: string, limit: number): Promise<DelegateOffer[]> {
  return delegates(db, { pattern: containsParameter(text), limit })
}
