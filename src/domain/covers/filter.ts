import { type Clauses, comparing, containing, oneOf, SENT } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Time } from '../../db/schema.js'
import { type Submitter, submittedBy } from '../people/filter.js'

/** Which cover letters; what is undefined does not matter. */
export interface CoverFilter {
  readonly projects?: readonly number[] | undefined
  readonly ids?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** With its angle brackets. */
  readonly msgid?: string | undefined
  /** When they were sent, by the clocks of their senders. */
  readonly since?: Time | undefined
  readonly before?: Time | undefined
  /** When they reached the server. */
  readonly receivedSince?: Time | undefined
  /** Each is in the name, whatever its case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<CoverFilter> = {
  projects: oneOf('project_id'),
  ids: oneOf('id'),
  submitter: submittedBy,
  msgid: comparing('msgid'),
  ...SENT,
  words: containing('name'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  date: 'date',
  submitter_id: 'submitter_id',
  project: '(select link_name from projects where projects.id = project_id)',
}

export type CoverOrder = keyof typeof ORDERS

/** The numbers of one page of cover letters, and how many all pages have. */
export const listCoverIds = idLister('covers', CLAUSES, ORDERS)
