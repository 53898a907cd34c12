import { LRUCache } from 'lru-cache'
import { makeResponseContext } from '../../api/framework/response-context.js'
import { LATEST } from '../../api/framework/versions.js'
import { toEvents } from '../../api/resources/event.js'
import { toSeriesEvents } from '../../api/resources/series-event.js'
import { encodeMessage } from '../../api/resources/webhook-message.js'
import type { Context } from '../../config/context.js'
import type { Database } from '../../db/schema.js'
import type { EventKind } from '../../db/webhook-tables.js'
import { eventsEpoch } from '../../domain/events/epoch.js'
import { eventsById } from '../../domain/events/queries.js'
import type { Outcome } from '../../domain/webhooks/outcome.js'
import type { Claim } from '../../domain/webhooks/queue.js'
import { secretsAt } from '../../domain/webhooks/rules.js'
import { toTime } from '../../util/time.js'
import { failure, type OutgoingMessage } from './delivery.js'

/** Messages that are kept for the next webhook that is sent the same event, and for how many milliseconds. */
const MAX_BODIES = 100
const KEPT_MS = 1000

type Body = Buffer | undefined

/** Makes the messages of one run, each event's once for all webhooks that are sent it at about the same time. */
export class MessageMaker {
  readonly #context: Context
  readonly #bodies = new LRUCache<string, Promise<Body>>({ max: MAX_BODIES, ttl: KEPT_MS })

  constructor(context: Context) {
    this.#context = context
  }

  /** The message that a delivery sends, to be signed as of now; an outcome if there is none to be sent. */
  async make({ webhook, delivery }: Claim): Promise<OutgoingMessage | Outcome> {
    const { db, config, log, now } = this.#context
    let body: Body
    try {
      body = await this.#bodyOf(config.publicUrl ?? webhook.site, delivery)
    } catch (error) {
      // An event that cannot be written holds up its own webhook and no other.
      log.error(
        { webhook: webhook.id, event: delivery.event_id, err: error },
        'event could not be serialised',
      )
      return failure('The server could not write the message.', 0)
    }
    if (!body) return { result: 'missing', reason: 'The event is no longer there.' }
    const sent = now()
    return {
      address: webhook.address,
      id: messageId(await eventsEpoch(db), delivery),
      sent: sent.getTime(),
      secrets: secretsAt(webhook, toTime(sent)),
      body,
    }
  }

  #bodyOf(base: string, event: Claim['delivery']): Promise<Body> {
    const key = `${event.kind} ${event.event_id} ${base}`
    let body = this.#bodies.get(key)
    if (!body) this.#bodies.set(key, (body = composeMessage(this.#context.db, base, event)))
    return body
  }
}

/** The id of an event as receivers see it. Events of versions of series have ids of their own. */
function messageId(epoch: string, { kind, event_id }: Pick<Claim['delivery'], 'kind' | 'event_id'>): string {
  return kind === 'event' ? `${epoch}-${event_id}` : `${epoch}-series-${event_id}`
}

/** The body of the message that tells of an event; undefined if the event is no longer there. `base`: the public URL. */
export async function composeMessage(
  db: Database,
  base: string,
  { kind, event_id }: { kind: EventKind; event_id: number },
): Promise<Body> {
  const prefix = `/api/${LATEST}`
  const response = await makeResponseContext(db, { base, prefix, version: LATEST })
  const ids = [event_id]
  const [event] =
    kind === 'event'
      ? await toEvents({ db, response }, await eventsById(db, ids))
      : await toSeriesEvents({ db, response }, ids)
  return event && encodeMessage(event)
}
