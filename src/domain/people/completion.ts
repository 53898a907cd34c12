import { sql } from 'kysely'
import { capabilities, containsParameter } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { hasSentMail } from './queries.js'

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

/** What is completed, how many offers there are at most, and whether the reader may see accounts and their addresses. */
export interface CompletionRequest {
  readonly text: string
  readonly limit: number
  readonly seesAccounts: boolean
}

interface Wanted {
  pattern: string
  limit: number
}

function prepareSubmitters(isLimitedToSenders: boolean) {
  return prepare<Wanted, SubmitterOffer>((db, { pattern, limit }) => {
    const query = db
      .selectFrom('people')
      .select(['id as pk', 'name', 'email'])
      .where((eb) =>
        eb.or(['name', 'email'].map((column) => capabilities(db).contains(sql.ref(column), pattern))),
      )
      .orderBy('id')
      .limit(limit)
    return isLimitedToSenders ? query.where(hasSentMail(sql.ref('people.id'))) : query
  })
}

const allPeople = prepareSubmitters(false)
const senders = prepareSubmitters(true)

/**
 * People whose name or address contains the text. Addresses that mail was sent from are in that mail for everybody to
 * read; those that are only linked to an account are for readers who may see accounts.
 */
export function completeSubmitter(db: Database, request: CompletionRequest): Promise<SubmitterOffer[]> {
  const { text, limit, seesAccounts } = request
  const find = seesAccounts ? allPeople : senders
  return capabilities(db).scan(() => find(db, { pattern: containsParameter(text), limit }))
}

function prepareDelegates(columns: readonly string[]) {
  return prepare<Wanted, DelegateOffer>((db, { pattern, limit }) =>
    db
      .selectFrom('users')
      .select(['id as pk', 'username as name'])
      .where('id', 'in', (eb) => eb.selectFrom('maintainers').select('user_id'))
      .where((eb) => eb.or(columns.map((column) => capabilities(db).contains(sql.ref(column), pattern))))
      .orderBy('id')
      .limit(limit),
  )
}

const NAMES = ['username', 'first_name', 'last_name']
const delegatesByName = prepareDelegates(NAMES)
const delegatesByAddress = prepareDelegates([...NAMES, 'email'])

/**
 * Maintainers, for only they are delegated to, whose names contain the text; for readers who may see accounts, their
 * address may contain it too. For all others, what is offered would tell the address letter by letter.
 */
export function completeDelegate(db: Database, request: CompletionRequest): Promise<DelegateOffer[]> {
  const { text, limit, seesAccounts } = request
  return (seesAccounts ? delegatesByAddress : delegatesByName)(db, {
    pattern: containsParameter(text),
    limit,
  })
}
