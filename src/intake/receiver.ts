import { setImmediate as turn } from 'node:timers/promises'
import { capabilities } from '../db/dialect/dialect.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import type { Log } from '../log.js'
import { type Arrival, type Entry, insertSealed, readMail, type Sealed, sealMails } from './journal.js'
import { processMails, readEntries, takeAll } from './process.js'

/** Mails that one transaction of a server journals, and processes; whoever else wants to write waits for no more. */
const MOST_JOURNALLED = 64
const MOST_PROCESSED = 32

/** Bytes of mails that wait for their turn in memory; those of more are read again from the journal. */
const MOST_WAITING = 32 * 1024 * 1024

interface Waiting {
  arrival: Arrival
  resolve: () => void
  reject: (error: unknown) => void
}

/** An entry whose bytes may have been left in the journal. */
type Queued = Omit<Entry, 'bytes'> & { bytes: Uint8Array | undefined }

/**
 * Takes the mails of many senders at once. All that come while the disk is busy with others are made durable
 * together, by one sync, which is that of what the mails before them became as well.
 */
export class Receiver {
  readonly #db: Database
  readonly #log: Log
  readonly #now: () => Date
  #waiting: Waiting[] = []
  #queue: Queued[] = []
  #queuedBytes = 0
  #work: Promise<void> | undefined

  constructor({ db, log, now }: { db: Database; log: Log; now: () => Date }) {
    this.#db = db
    this.#log = log
    this.#now = now
  }

  /** Resolves once the mail is safe; throws what the database throws, and then it is not kept. */
  async receive(arrival: Arrival): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ arrival, resolve, reject })
    this.#work ??= this.#run().finally(() => (this.#work = undefined))
    await promise
  }

  /** Resolves once all that was received is processed, or left to the job that takes up what is pending. */
  async settle(): Promise<void> {
    while (this.#work) await this.#work
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 || this.#queue.length > 0) {
      const waiting = this.#waiting.splice(0, MOST_JOURNALLED)
      try {
        await this.#take(waiting)
        for (const { resolve } of waiting) resolve()
      } catch (error) {
        for (const { reject } of waiting) reject(error)
      }
      // The senders hear of it, and others are heard, before the next.
      await turn()
    }
  }

  /** Journals the mails that wait, and processes some of those that were journalled before. */
  async #take(waiting: readonly Waiting[]): Promise<void> {
    const now = this.#now()
    const queued = this.#dequeue()
    const sealed = sealMails(
      waiting.map(({ arrival }) => arrival),
      now,
    )
    const due = await this.#withBytes(queued)
    const mails = readEntries(due)
    const entries = await transaction(this.#db, async (db) => {
      await takeAll(db, mails, now)
      return await insertSealed(db, sealed)
    }).catch((error: unknown) => this.#takeApart(error, sealed, due))
    for (const entry of entries) this.#enqueue(entry)
  }

  /** Where both do not go together: those that nobody has promised anything about come first. */
  async #takeApart(cause: unknown, sealed: readonly Sealed[], due: readonly Entry[]): Promise<Entry[]> {
    let entries: Entry[] | undefined
    try {
      if (capabilities(this.#db).isUnavailable(cause)) throw cause
      entries = await insertSealed(this.#db, sealed)
      await processMails(this.#db, due, this.#now())
      return entries
    } catch (error) {
      this.#leave(error, due)
      if (!entries) throw error
      return entries
    }
  }

  /** The journal has them; the job that takes up what is pending finds them there. */
  #leave(error: unknown, due: readonly Entry[]): void {
    if (due.length > 0)
      this.#log.error({ err: error, mails: due.map(({ id }) => id) }, 'mails of the journal have to wait')
  }

  #enqueue(entry: Entry): void {
    const isRoom = this.#queuedBytes + entry.bytes.length <= MOST_WAITING
    if (isRoom) this.#queuedBytes += entry.bytes.length
    this.#queue.push(isRoom ? entry : { ...entry, bytes: undefined })
  }

  #dequeue(): Queued[] {
    const queued = this.#queue.splice(0, MOST_PROCESSED)
    for (const { bytes } of queued) this.#queuedBytes -= bytes?.length ?? 0
    return queued
  }

  async #withBytes(queued: readonly Queued[]): Promise<Entry[]> {
    const entries: Entry[] = []
    for (const each of queued) {
      const bytes = each.bytes ?? (await readMail(this.#db, each.id))
      if (bytes) entries.push({ ...each, bytes })
    }
    return entries
  }
}
