import type { Generated } from 'kysely'
import type { Flag, Time } from './schema.js'

/** A URL that receives the events of a project. */
export interface WebhookTable {
  id: Generated<number>
  project_id: number
  /** Who made it; null at the command line, and once the account is removed. */
  user_id: number | null
  /** The name of who made it, at that time. */
  made_by: string
  created: Time
  /** The URL. */
  address: string
  /** JSON list of categories; null: all. */
  categories: string | null
  active: Flag
  /** `whsec_` and base64: readable, because each delivery is signed with it. */
  secret: string
  /** The secret before a rotation: it signs too, until `previous_expires`. */
  previous_secret: string | null
  previous_expires: Time | null
  /** The public URL of the site when it was saved; for sites whose settings name none. */
  site: string
  /** The ids of the last events that were delivered or that do not concern it. */
  last_event: number
  last_series_event: number
  /** Not before this time is the next event sent; null: at once. */
  due: Time | null
  /** A server delivers to it until this time; null: none does. */
  leased: Time | null
  /** The number of leases so far: an outcome is recorded only by the owner of the newest one. */
  lease: Generated<number>
  /** The first of the failures since the last success, their number, and the last one's reason. */
  failing_since: Time | null
  failures: Generated<number>
  reason: string | null
  /** When the server switched it off. */
  disabled: Time | null
}

export type DeliveryState = 'sending' | 'delivered' | 'failed'

/** An event of which table. */
export type EventKind = 'event' | 'series-event'

/** An event as it is delivered to one webhook. */
export interface WebhookDeliveryTable {
  id: Generated<number>
  webhook_id: number
  kind: EventKind
  event_id: number
  category: string
  created: Time
  state: DeliveryState
  attempts: Generated<number>
  /** When the last attempt ended. */
  finished: Time | null
  /** HTTP status of the last answer; null without an answer. */
  status: number | null
  /** What went wrong in the last attempt. */
  reason: string | null
  /** The beginning of the last answer's body. */
  answer: string | null
  /** How long the last attempt took, in milliseconds. */
  duration: number | null
  /** When a maintainer asked to send it again; null once it was sent. */
  resend: Time | null
}

/** Webhooks and what they were sent. */
export interface WebhookTables {
  webhooks: WebhookTable
  webhook_deliveries: WebhookDeliveryTable
}
