import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { eventsEpoch } from '../../domain/events/epoch.js'
import { Invalid } from '../../util/errors.js'
import { answerList } from '../framework/list-budget.js'
import { operation, type Resource } from '../framework/operation.js'
import type { RequestContext } from '../framework/request-context.js'
import { SerializedList } from '../framework/serialized.js'
import { isSince } from '../framework/versions.js'
import { Event } from './event.js'
import { describeEvents, EVENT_LISTING, fixedFilter, isOfSeries, readEventFilter } from './event-listing.js'

const PATH = '/events/'

/** Longest time that a request waits for events, in seconds: proxies give up after 60 by default. */
const MAX_WAIT = 60

const SINCE = '1.4'

export const EVENTS: Resource = {
  path: PATH,
  tag: 'Events',
  get: operation({
    id: 'events_list',
    summary: 'List events',
    description: 'What happened, the newest first unless another order is asked for.',
    listing: EVENT_LISTING,
    parameters: [
      {
        name: 'wait',
        description:
          'Maximum number of seconds to wait for an event: the answer is sent as soon as the list has one, and is empty if there is none by then.',
        schema: Type.Integer({ minimum: 0, maximum: MAX_WAIT }),
        since: SINCE,
      },
    ],
    headers: { 'X-Events-Epoch': SINCE },
    mayConflict: SINCE,
    waits: (query) => query.has('wait'),
    answer: Type.Array(Event),
    async handle(request, reply) {
      const seconds = readWait(request)
      return seconds === 0 ? await answer(request, reply) : await answerLater(request, reply, seconds)
    },
  }),
}

async function answer(request: RequestContext, reply: FastifyReply) {
  const { db, response, query } = request
  if (isSince(response.version, SINCE)) void reply.header('x-events-epoch', await eventsEpoch(db))
  const fixed = fixedFilter(response.version)
  const isSeries = isOfSeries({ ...fixed, category: query.getAll('category').at(-1) })
  return await answerList(request, reply, {
    listing: EVENT_LISTING,
    path: PATH,
    fixed,
    // Events of series have numbers of their own.
    remembered: isSeries ? 'events of series' : 'events',
    describe: async (ids) => await describeEvents(request, isSeries, ids),
  })
}

/** The seconds that a request may wait; 0 in versions that know nothing of it. Throws Invalid. */
function readWait({ query, response }: RequestContext): number {
  const value = query.getAll('wait').at(-1) ?? ''
  if (value === '' || !isSince(response.version, SINCE)) return 0
  if (/^\d{1,2}$/.test(value) && Number(value) <= MAX_WAIT) return Number(value)
  const sentence = `A whole number of seconds from 0 to ${MAX_WAIT} is required.`
  throw new Invalid(sentence, { wait: [sentence] })
}

/** Answers once the list has rows, or with none when the time is up. Nothing of the database is held meanwhile. */
async function answerLater(request: RequestContext, reply: FastifyReply, seconds: number) {
  const filter = await readEventFilter(request)
  const poll = reply.server.longPolls.enter(reply, seconds * 1000)
  const { events, seriesEvents } = request.eventFeeds
  const feed = isOfSeries(filter) ? seriesEvents : events
  try {
    const close = await feed.open()
    // Before the first look, so that nothing comes unnoticed between it and the wait.
    const notify = () => poll.notify()
    const unsubscribe = feed.subscribe({ filter, deliver: notify, end: notify })
    try {
      for (;;) {
        const rows = await answer(request, reply)
        const isEmpty = rows instanceof SerializedList && rows.isEmpty
        if (!isEmpty || poll.isOver) return rows
        await poll.wait()
        // Of a thousand clients that lose their connection at once none is answered.
        if (reply.raw.destroyed) return []
        await request.requireStillValid()
      }
    } finally {
      unsubscribe()
      close()
    }
  } finally {
    poll.leave()
  }
}
