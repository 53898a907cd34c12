import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { eventsEpoch } from '../../domain/events/epoch.js'
import type { EventFilter } from '../../domain/events/filter.js'
import { readPosition } from '../framework/event-position.js'
import { operation, type Resource, STREAMED } from '../framework/operation.js'
import type { RequestContext } from '../framework/request-context.js'
import { streamForm } from './event-encoding.js'
import { EventFollower } from './event-follower.js'
import { EVENT_LISTING, isOfSeries, readEventFilter } from './event-listing.js'

const LAST_EVENT_ID = 'Last-Event-ID'

export const EVENT_STREAM: Resource = {
  path: '/events/stream/',
  tag: 'Events',
  get: operation({
    id: 'events_stream',
    summary: 'Follow events',
    description:
      'Server-Sent Events: `id` is `EPOCH:N`, `event` the category, `data` the event as the list has it, on one line. Begins with what happens from now on, or after the event that `Last-Event-ID` or `after` names, the oldest first. A comment comes every 15 seconds; the stream ends after 30 minutes, or when the client reads too slowly, and the client connects again with the last `id`.',
    since: '1.4',
    parameters: [
      ...streamParameters(),
      {
        name: LAST_EVENT_ID,
        in: 'header',
        description: 'The last `id` that the client has seen, `EPOCH:N`: the stream goes on after it.',
        schema: Type.String(),
      },
    ],
    headers: { 'X-Events-Epoch': '1.4' },
    mayConflict: true,
    isStream: true,
    async handle(request, reply) {
      const filter = await readEventFilter(request)
      const after = (await readLastEventId(request, reply)) ?? filter.after
      const epoch = await eventsEpoch(request.db)
      void reply.header('x-events-epoch', epoch)
      if (reply.request.method === 'HEAD') {
        reply.server.eventStreams.answerHead(reply)
        return STREAMED
      }
      await begin(request, reply, { filter, after, epoch })
      return STREAMED
    },
  }),
}

/** The filters of the list. */
function streamParameters() {
  return Object.entries(EVENT_LISTING.filters).map(([name, { description, schemaAt, filter }]) => ({
    name,
    description,
    schema: schemaAt?.('1.4') ?? filter.schema,
  }))
}

/** The number that the client has seen last. Throws Invalid and Conflict. */
async function readLastEventId({ db }: RequestContext, reply: FastifyReply): Promise<number | undefined> {
  const value = reply.request.headers['last-event-id']
  if (typeof value !== 'string' || value === '') return undefined
  return await readPosition(db, LAST_EVENT_ID, value)
}

interface Start {
  readonly filter: EventFilter
  /** The event after which it begins; undefined: the newest one. */
  readonly after: number | undefined
  readonly epoch: string
}

async function begin(
  request: RequestContext,
  reply: FastifyReply,
  { filter, after, epoch }: Start,
): Promise<void> {
  const { eventStreams } = reply.server
  const release = eventStreams.enter(reply.request)
  const feed = request.eventFeeds[isOfSeries(filter) ? 'seriesEvents' : 'events']
  let close: (() => void) | undefined
  try {
    close = await feed.open()
    const position = after ?? feed.position
    let follower: EventFollower | undefined
    const stream = eventStreams.open(reply, `${epoch}:${position}`, {
      release: () => {
        follower?.stop()
        close?.()
        release()
      },
      requireStillValid: request.viewer && request.requireStillValid,
    })
    const form = streamForm(request.response.form, epoch, isOfSeries(filter))
    follower = new EventFollower({ db: request.db, log: reply.log, feed, stream, form }, filter, position)
    void follower.run()
  } catch (error) {
    close?.()
    release()
    throw error
  }
}
