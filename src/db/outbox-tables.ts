import type { Generated } from 'kysely'
import type { Time } from './schema.js'

export type OutboxKind = 'confirmation' | 'changes' | 'failures'

export type OutboxState = 'waiting' | 'sending' | 'sent' | 'failed'

/** Mail that we send. */
export interface OutboxTable {
  id: Generated<number>
  kind: OutboxKind
  /** Random, and part of the mail's message id, so that a mail that is sent again is known as the same one. */
  token: string
  recipient: string
  subject: string
  /** Emptied once it is sent: it may hold the key of a confirmation. */
  body: string
  state: OutboxState
  created: Time
  /** When it is to be tried next; while it is being sent, when another process may take over; null: never again. */
  due: Time | null
  /** When it was sent or given up. */
  finished: Time | null
  /** What went wrong last. */
  reason: string | null
  attempts: Generated<number>
}

export interface OutboxTables {
  outbox: OutboxTable
}
