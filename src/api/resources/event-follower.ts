import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../db/schema.js'
import type { EventFeed } from '../../domain/events/feed.js'
import type { EventFilter } from '../../domain/events/filter.js'
import type { FeedEvent } from '../../domain/events/matches.js'
import type { EventStream } from '../../server/event-streams.js'
import { Semaphore } from '../../util/semaphore.js'
import { encodeBatch, encodeEvents, type StreamForm } from './event-encoding.js'
import { EVENT_LISTING } from './event-listing.js'

/** Events read at once for a client that resumes. */
const PAGE = 100

/** Maximum number of clients that read missed events from the database at once: after a restart all of them reconnect together. */
const catchUps = new Semaphore(2)

interface Parts {
  readonly db: Database
  readonly log: FastifyBaseLogger
  readonly feed: EventFeed
  readonly stream: EventStream
  readonly form: StreamForm
}

/** Sends events to one stream: those that its client has missed from the database, and then new ones from the feed. */
export class EventFollower {
  readonly #parts: Parts
  readonly #filter: EventFilter
  /** All events up to this id were sent, or the filter does not let them through. */
  #position: number
  #unsubscribe = () => {}

  /** `position`: the id after which to begin. */
  constructor(parts: Parts, filter: EventFilter, position: number) {
    this.#parts = parts
    this.#filter = { ...filter, after: undefined }
    this.#position = position
  }

  /** Follows the events until the stream ends. */
  async run(): Promise<void> {
    const { feed, stream } = this.#parts
    await this.#orEnd(async () => {
      while (stream.isOpen && this.#position < feed.position) await this.#catchUp()
      if (!stream.isOpen) return
      // Nothing was awaited since the position of the feed was compared, so no batch comes in between.
      this.#unsubscribe = feed.subscribe({
        filter: this.#filter,
        deliver: async (events, batch) => await this.#orEnd(async () => await this.#deliver(events, batch)),
        end: () => stream.end(),
      })
    })
  }

  stop(): void {
    this.#unsubscribe()
  }

  /** Sends the next page from the database, at the pace of the client. */
  async #catchUp(): Promise<void> {
    const { db, feed, form, stream } = this.#parts
    await stream.drained()
    if (!stream.isOpen) return
    await catchUps.run(async () => {
      // Before the events are read, which are then all up to it.
      const known = feed.position
      const order = [{ by: 'id', isDescending: false }] as const
      const window = { limit: PAGE, offset: 0, after: { id: this.#position } }
      const { ids, hasMore } = await EVENT_LISTING.list(db, this.#filter, order, window)
      for (const { bytes } of await encodeEvents(db, form, ids)) stream.write(bytes)
      const last = ids.at(-1) ?? 0
      this.#position = hasMore ? last : Math.max(last, known)
    })
  }

  async #deliver(events: readonly FeedEvent[], batch: readonly FeedEvent[]): Promise<void> {
    const { db, form, stream } = this.#parts
    const wanted = new Set(events.flatMap(({ id }) => (id > this.#position ? id : [])))
    for (const { id, bytes } of await encodeBatch(db, form, batch)) if (wanted.has(id)) stream.write(bytes)
    this.#position = Math.max(this.#position, batch.at(-1)?.id ?? 0)
  }

  /** On an error the stream ends; its client connects again and goes on after the last event that it has. */
  async #orEnd(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'event stream failed')
      this.#parts.stream.end()
    }
  }
}
