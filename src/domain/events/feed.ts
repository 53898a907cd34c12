import { setTimeout as sleep } from 'node:timers/promises'
import { changesOf } from '../../db/changes.js'
import type { Database } from '../../db/schema.js'
import type { Log } from '../../util/log.js'
import { eventsEpoch } from './epoch.js'
import type { EventFilter } from './filter.js'
import { type FeedEvent, matchesFilter } from './matches.js'

/** Where a feed reads events; their ids rise, and become visible in their order. */
export interface FeedSource {
  /** The largest id; 0 if there is none. */
  readonly lastId: (db: Database) => Promise<number>
  /** The first events after an id, in order. */
  readonly read: (db: Database, after: number, limit: number) => Promise<FeedEvent[]>
}

/** Somebody who follows events. */
export interface Subscriber {
  readonly filter: EventFilter
  /** Takes the events of a batch that the filter lets through, at least one; must not throw. */
  readonly deliver: (events: readonly FeedEvent[], batch: readonly FeedEvent[]) => Promise<void> | void
  /** The epoch has ended: later ids mean other events. */
  readonly end: () => void
}

/** Events of one read. */
const BATCH = 250

/** Commits within this time, in milliseconds, share one read. */
const READ_INTERVAL_MS = 20

/** Pause after a read that failed. */
const RETRY_MS = 1000

/**
 * Reads new events once for all who follow them, however many they are, and only while there are any. There is one
 * writer of the database at a time, so events become visible in the order of their ids (docs/architecture.md), and
 * those above the last one that was read are all that are new.
 */
export class EventFeed {
  readonly #db: Database
  readonly #log: Log
  readonly #source: FeedSource
  readonly #subscribers = new Set<Subscriber>()
  #followers = 0
  #starting: Promise<void> | undefined
  #unwatch: (() => void) | undefined
  #isOpen = false
  #isReading = false
  #mayHaveNew = false
  #hasFailed = false
  #epoch = ''
  #position = 0

  constructor(db: Database, log: Log, source: FeedSource) {
    this.#db = db
    this.#log = log
    this.#source = source
  }

  /** The id of the last event that was read: subscribers get those after it. Known while the feed is open. */
  get position(): number {
    return this.#position
  }

  /** Has events read until the returned function is called. */
  async open(): Promise<() => void> {
    this.#followers++
    const starting = (this.#starting ??= this.#start())
    try {
      await starting
    } catch (error) {
      if (this.#starting === starting) this.#starting = undefined
      this.#leave()
      throw error
    }
    let isOpen = true
    return () => {
      if (isOpen) this.#leave()
      isOpen = false
    }
  }

  /** Adds a subscriber to an open feed, until the returned function is called. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  async #start(): Promise<void> {
    // Before anything is read, so that no commit goes unnoticed.
    this.#unwatch ??= changesOf(this.#db).watch(() => this.#onChange())
    this.#epoch = await eventsEpoch(this.#db)
    this.#position = await this.#source.lastId(this.#db)
    this.#isOpen = true
    this.#onChange()
  }

  #leave(): void {
    if (--this.#followers > 0) return
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#starting = undefined
    this.#isOpen = false
  }

  #onChange(): void {
    this.#mayHaveNew = true
    if (this.#isOpen && !this.#isReading) void this.#readNew()
  }

  async #readNew(): Promise<void> {
    this.#isReading = true
    while (this.#isOpen && this.#mayHaveNew) {
      this.#mayHaveNew = false
      await this.#readBatches().catch(async (error: unknown) => await this.#retry(error))
      await sleep(READ_INTERVAL_MS, undefined, { ref: false })
    }
    this.#isReading = false
  }

  async #readBatches(): Promise<void> {
    for (;;) {
      const starting = this.#starting
      const batch = await this.#source.read(this.#db, this.#position, BATCH)
      const last = batch.at(-1)
      const isSame = last === undefined || (await eventsEpoch(this.#db)) === this.#epoch
      this.#hasFailed = false
      // Meanwhile all may have left, and others come, who begin at another position.
      if (last === undefined || this.#starting !== starting) return
      if (!isSame) await this.#beginEpoch()
      else await this.#deliver(batch, last.id)
      if (batch.length < BATCH) return
    }
  }

  /** The position changes with the list of those who get the batch, so that who comes meanwhile reads it from the database. */
  async #deliver(batch: readonly FeedEvent[], last: number): Promise<void> {
    const subscribers = [...this.#subscribers]
    this.#position = last
    await Promise.all(
      subscribers.map(async ({ filter, deliver }) => {
        const events = batch.filter((event) => matchesFilter(filter, event))
        if (events.length > 0) await deliver(events, batch)
      }),
    )
  }

  async #beginEpoch(): Promise<void> {
    this.#epoch = await eventsEpoch(this.#db)
    this.#position = await this.#source.lastId(this.#db)
    for (const { end } of this.#subscribers) end()
  }

  async #retry(error: unknown): Promise<void> {
    if (!this.#hasFailed) this.#log.warn({ err: error }, 'new events could not be read')
    this.#hasFailed = true
    this.#mayHaveNew = true
    await sleep(RETRY_MS, undefined, { ref: false })
  }
}
