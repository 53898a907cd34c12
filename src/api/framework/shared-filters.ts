import type { CombinedFilter } from '../../domain/checks/combined-filter.js'
import { combinedChecks } from './check-filters.js'
import * as filters from './filters.js'
import type { FieldParameter } from './listing.js'
import * as references from './reference-filters.js'

/** What several lists are filtered by. */

export const project = {
  filter: references.project,
  field: 'projects',
  description: 'Of these projects: number or link name.',
} satisfies FieldParameter<'projects', readonly number[]>

export const submitter = {
  filter: references.person,
  field: 'submitter',
  description: 'Sent by these people: number or mail address.',
} satisfies FieldParameter<'submitter', readonly number[]>

export const messageId = {
  filter: filters.messageId,
  field: 'msgid',
  description: 'With this message id: without the angle brackets; since 1.4 also with them.',
  since: '1.2',
} satisfies FieldParameter<'msgid', string>

/** By the senders' clocks. */
export const sent = {
  since: { filter: filters.time, field: 'since', description: 'Sent at this time or later.' },
  before: { filter: filters.time, field: 'before', description: 'Sent before this time.' },
} satisfies Record<string, FieldParameter<'since' | 'before', string>>

/** By our clock. */
export const received_since = {
  filter: filters.time,
  field: 'receivedSince',
  description: 'That reached the server at this time or later, whatever the clock of their sender said.',
  since: '1.4',
} satisfies FieldParameter<'receivedSince', string>

/** By what checks come to. */
export const checks = {
  filter: combinedChecks,
  field: 'checks',
  description:
    'Whose checks come to this, as the answer has it: `fail`, `warning`, `pending` or `success`; or `missing`: a context that the project requires is missing, whatever the others come to.',
  since: '1.4',
} satisfies FieldParameter<'checks', CombinedFilter>

/** By when something happened. */
export const happened = {
  since: { filter: filters.time, field: 'since', description: 'From this time on.' },
  before: { filter: filters.time, field: 'before', description: 'Before this time.' },
} satisfies Record<string, FieldParameter<'since' | 'before', string>>
