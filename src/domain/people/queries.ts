import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'

/** People by number, and what other rows show of whoever sent them. */

export interface PersonRow {
  submitter_name: string | null
  submitter_email: string
  /** The account of its submitter, if they have one. */
  submitter_user_id: number | null
}

/** The columns of `PersonRow`, for a query that joins `people` as the submitters. */
export const submitter = [
  'people.name as submitter_name',
  'people.email as submitter_email',
  'people.user_id as submitter_user_id',
] as const

export interface PersonDetailRow {
  id: number
  name: string | null
  email: string
  user_id: number | null
}

export const peopleById = byIds<PersonDetailRow>((db, ids) =>
  db
    .selectFrom('people')
    .select(['id', 'name', 'email', 'user_id'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)
