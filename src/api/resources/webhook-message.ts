import { type TObject, type TSchema, Type } from 'typebox'
import { abridge } from '../../util/text.js'
import { projectFields, userFields } from '../framework/embedded.js'
import type { Message } from '../framework/openapi-webhooks.js'
import { orNull, time } from '../framework/schema.js'
import { Event } from './event.js'

/**
 * What webhooks are sent: `type`, `timestamp` and `data`, as Standard Webhooks recommends, where `data` is the event as
 * the API lists it, without what a receiver finds at the addresses in it.
 */

/** A message is shorter than this, in bytes. */
export const MAX_MESSAGE = 20_000

/** Maximum length of a name, in characters. */
const MAX_NAME = 300

const { id, url, name, link_name, list_id } = projectFields

const ProjectInMessage = Type.Object(
  { id, url, name, link_name, list_id },
  { $id: 'ProjectInMessage', description: 'The project, as messages to webhooks have it.' },
)

const { id: userId, url: userUrl, username } = userFields

const UserInMessage = Type.Object(
  { id: userId, url: userUrl, username },
  { $id: 'UserInMessage', description: 'Somebody with an account, as messages to webhooks have them.' },
)

/** What stands in messages instead of the fields of these names. */
const THIN: Readonly<Record<string, TObject>> = {
  project: ProjectInMessage,
  actor: UserInMessage,
  previous_delegate: UserInMessage,
  current_delegate: UserInMessage,
}

/** The messages that webhooks are sent, by the categories of their events. */
export const MESSAGES: readonly Message[] = (Event.anyOf as unknown as TObject[]).map(messageOf)

function messageOf(event: TObject): Message {
  const { category, payload } = event.properties as unknown as {
    category: { const: string }
    payload: TObject
  }
  const { description = '' } = event as { description?: string }
  const data = {
    ...thinSchemas(event.properties),
    payload: Type.Object(thinSchemas(payload.properties), { description: 'What it happened to.' }),
  }
  return {
    category: category.const,
    description,
    schema: Type.Object({
      type: Type.Literal(category.const, { description: 'The category of the event.' }),
      timestamp: time('When it happened.'),
      data: Type.Object(data, { description: 'The event.' }),
    }),
  }
}

function thinSchemas(properties: Readonly<Record<string, TSchema>>): Record<string, TSchema> {
  return mapFields(properties, (schema, field) => {
    const thin = THIN[field]
    if (!thin) return schema
    return 'anyOf' in schema ? orNull(thin, (schema as { description?: string }).description) : thin
  })
}

type Fields = Readonly<Record<string, unknown>>

/** An event as the API lists it, as a message. */
export function encodeMessage(event: Fields): Buffer {
  const { category: type, date: timestamp } = event
  const data = mapFields(event, shorten)
  const payload = mapFields(event.payload as Fields, shorten)
  const message = toBytes({ type, timestamp, data: { ...data, payload } })
  if (message.length < MAX_MESSAGE) return message
  // Instead of names and message ids of any length, the addresses in the API are enough.
  return toBytes({
    type,
    timestamp,
    data: { ...mapFields(data, identify), payload: mapFields(payload, identify) },
  })
}

/** In memory of its own: a thread that is sent bytes gets all of the memory that they are part of. */
function toBytes(message: object): Buffer {
  return Buffer.from(new TextEncoder().encode(JSON.stringify(message)).buffer)
}

function mapFields<From, To>(
  fields: Readonly<Record<string, From>>,
  change: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, change(value, field)]))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of an object that messages have, with its name cut. */
function shorten(value: unknown, field: string): unknown {
  if (!isFields(value)) return value
  const kept = Object.keys(THIN[field]?.properties ?? value)
  return Object.fromEntries(kept.map((each) => [each, cut(value[each], each)]))
}

function cut(value: unknown, field: string): unknown {
  return field === 'name' && typeof value === 'string' ? abridge(value, MAX_NAME) : value
}

function identify(value: unknown): unknown {
  return isFields(value) ? { id: value.id, url: value.url } : value
}
