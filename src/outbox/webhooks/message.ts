import { makeResponseContext } from '../../api/framework/response-context.js'
import { LATEST } from '../../api/framework/versions.js'
import { toEvents } from '../../api/resources/event.js'
import { toSeriesEvents } from '../../api/resources/series-event.js'
import type { Database } from '../../db/schema.js'
import type { EventKind } from '../../db/webhook-tables.js'
import { eventsById } from '../../domain/events/queries.js'
import { abridge } from '../../util/text.js'

/**
 * The bodies that webhooks are sent: `type`, `timestamp` and `data`, as Standard Webhooks recommends, where `data` is the
 * event as the API lists it, without what a receiver finds at the addresses in it.
 */

/** A body is shorter than this, in bytes. */
export const MAX_MESSAGE = 20_000

/** Names are cut to so many characters. */
const MAX_NAME = 300

const USER = ['id', 'url', 'username']

/** The fields that are left of these objects. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  project: ['id', 'url', 'name', 'link_name', 'list_id'],
  actor: USER,
  previous_delegate: USER,
  current_delegate: USER,
}

type Fields = Readonly<Record<string, unknown>>

/** The body that tells of an event; undefined if the event is no longer there. `base`: the public URL. */
export async function composeMessage(
  db: Database,
  base: string,
  { kind, event_id }: { kind: EventKind; event_id: number },
): Promise<Buffer | undefined> {
  const prefix = `/api/${LATEST}`
  const response = await makeResponseContext(db, { base, prefix, version: LATEST })
  const ids = [event_id]
  const [event] =
    kind === 'event'
      ? await toEvents({ db, response }, await eventsById(db, ids))
      : await toSeriesEvents({ db, response }, ids)
  return event && encode(event)
}

/** An event of the API as a body. */
export function encode(event: Fields): Buffer {
  const { category: type, date: timestamp } = event
  const thin = mapFields(event, shorten)
  const payload = mapFields(event.payload as Fields, shorten)
  const body = toBytes({ type, timestamp, data: { ...thin, payload } })
  if (body.length < MAX_MESSAGE) return body
  // Of names and message ids of any length, the addresses in the API are enough.
  return toBytes({
    type,
    timestamp,
    data: { ...mapFields(thin, identify), payload: mapFields(payload, identify) },
  })
}

function toBytes(message: object): Buffer {
  return Buffer.from(JSON.stringify(message))
}

function mapFields(fields: Fields, change: (value: unknown, name: string) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value, name)]))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of an object that are kept, with names cut. */
function shorten(value: unknown, field: string): unknown {
  if (!isFields(value)) return value
  const names = KEPT[field] ?? Object.keys(value)
  return Object.fromEntries(names.map((name) => [name, cut(value[name], name)]))
}

function cut(value: unknown, name: string): unknown {
  return name === 'name' && typeof value === 'string' ? abridge(value, MAX_NAME) : value
}

function identify(value: unknown): unknown {
  return isFields(value) ? { id: value.id, url: value.url } : value
}
