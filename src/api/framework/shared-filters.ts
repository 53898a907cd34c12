import * as filters from './filters.js'
import type { Parameter } from './listing.js'

/** What several lists are filtered by. */

export const project: Parameter = {
  filter: filters.project,
  column: 'project_id',
  description: 'Of these projects: number or link name.',
}

export const submitter: Parameter = {
  filter: filters.person,
  column: 'submitter_id',
  description: 'Sent by these people: number or mail address.',
}

export const messageId: Parameter = {
  filter: filters.messageId,
  column: 'msgid',
  description: 'With this message id: without the angle brackets; since 1.4 also with them.',
  since: '1.2',
}

/** By the clocks of those who sent it. */
export const sent = {
  since: { filter: filters.since, column: 'date', description: 'Sent at this time or later.' },
  before: { filter: filters.before, column: 'date', description: 'Sent before this time.' },
} satisfies Record<string, Parameter>

/** By our clock. */
export const received_since: Parameter = {
  filter: filters.receivedSince,
  column: 'received',
  description: 'That reached the server at this time or later, whatever the clock of their sender said.',
  since: '1.4',
}

/** By when something happened. */
export const happened = {
  since: { filter: filters.since, column: 'date', description: 'From this time on.' },
  before: { filter: filters.before, column: 'date', description: 'Before this time.' },
} satisfies Record<string, Parameter>
