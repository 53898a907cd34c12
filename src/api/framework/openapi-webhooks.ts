import type { TSchema } from 'typebox'
import { type SchemaRefs, schemaRef } from './schema-refs.js'
import { isSince, type Version } from './versions.js'

/** What this server sends to webhooks, for the section `webhooks` of the document. */

/** The messages of one category of events. */
export interface Message {
  readonly category: string
  readonly description: string
  /** Of the body. */
  readonly schema: TSchema
}

/** The version whose document has them, and in whose form they are. */
const SINCE = '1.4'

const HEADERS: Readonly<Record<string, string>> = {
  'webhook-id':
    'The same whenever the event is sent again: `EPOCH-N`, or `EPOCH-series-N` for events of versions.',
  'webhook-timestamp': 'When it was sent, in seconds since 1970.',
  'webhook-signature':
    '`v1,` and the base64 of HMAC-SHA256 over `ID.TIMESTAMP.BODY`; two of them while the secret is rotated.',
  'X-Hub-Signature-256': '`sha256=` and the hexadecimal HMAC-SHA256 over the body, by the secret as a text.',
}

const RESPONSES = {
  '2XX': { description: 'The event is accepted: it is not sent again.' },
  '410': { description: 'The webhook is switched off.' },
  default: { description: 'The event is sent again later. Redirects are not followed.' },
}

/** The section of a version; undefined in those that know no webhooks. */
export function webhooksAt(
  components: SchemaRefs,
  messages: readonly Message[],
  version: Version,
): Record<string, unknown> | undefined {
  if (messages.length === 0 || !isSince(version, SINCE)) return undefined
  return Object.fromEntries(
    messages.map((message) => [message.category, describe(components, message, version)]),
  )
}

function describe(components: SchemaRefs, { category, description, schema }: Message, version: Version) {
  return {
    post: {
      operationId: `webhook_${category.replaceAll('-', '_')}`,
      summary: category,
      description: `${description} A message that would be longer than 20 KB has only \`id\` and \`url\` of each object.`,
      tags: ['Webhooks'],
      security: [],
      parameters: Object.entries(HEADERS).map(([name, meaning]) => ({
        name,
        in: 'header',
        required: true,
        description: meaning,
        schema: { type: 'string' },
      })),
      requestBody: {
        description: 'The event, in short.',
        required: true,
        content: { 'application/json': { schema: schemaRef(components, schema, version) } },
      },
      responses: RESPONSES,
    },
  }
}
