import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { Database } from '../../db/schema.js'
import type { Log } from '../../util/log.js'
import { commitBatch } from '../journal/batch.js'
import {
  type Entry,
  encodeMails,
  type IncomingMessage,
  type JournalledMail,
  readMail,
  withBytes,
} from '../journal/journal.js'
import { type ParsedEntry, parseEntries } from '../journal/processor.js'

/** Mails that one transaction of a server journals, and processes; whoever else wants to write waits for no more. */
const MAX_JOURNALLED_AT_ONCE = 64
const MAX_PROCESSED_AT_ONCE = 32

/** Bytes of mails that wait for their turn in memory; those of more are read again from the journal. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024

/** How long to wait for a database that is away, in milliseconds. */
const PAUSE = 500

interface Waiting {
  message: IncomingMessage
  resolve: () => void
  reject: (error: unknown) => void
}

/** Mails that are being read. */
interface Reading {
  queued: readonly Queued[]
  reads: Promise<ParsedEntry[]>
  isDone: boolean
  /** Resolves with the reading, however it ends. */
  done?: Promise<void>
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
  #reading: Reading | undefined
  #onMessage: () => void = () => {}
  #work: Promise<void> | undefined
  #isSettling = false
  #isUnavailable = false

  constructor({ db, log, now }: { db: Database; log: Log; now: () => Date }) {
    this.#db = db
    this.#log = log
    this.#now = now
  }

  /** Resolves once the mail is safe; throws what the database throws, and then it is not kept. */
  async receive(message: IncomingMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ message, resolve, reject })
    this.#onMessage()
    this.#work ??= this.#run().finally(() => (this.#work = undefined))
    await promise
  }

  /** Resolves once all that was received is processed; if the database is away, it is left in the journal. */
  async settle(): Promise<void> {
    this.#isSettling = true
    while (this.#work) await this.#work
    this.#isSettling = false
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 || this.#queue.length > 0 || this.#reading) {
      await this.#readNext()
      const waiting = this.#waiting.splice(0, MAX_JOURNALLED_AT_ONCE)
      try {
        await this.#commit(waiting)
        for (const { resolve } of waiting) resolve()
      } catch (error) {
        for (const { reject } of waiting) reject(error)
      }
      // The senders hear of it, and others are heard, before the next.
      await turn()
    }
  }

  /**
   * Has the next mails read, while others are journalled: a mail that takes long to read keeps no sender waiting.
   * Resolves once there is something to do for the database.
   */
  async #readNext(): Promise<void> {
    if (!this.#reading && this.#queue.length > 0) {
      const queued = this.#dequeue()
      const reading: Reading = { queued, isDone: false, reads: this.#read(queued) }
      reading.done = reading.reads.then(
        () => void (reading.isDone = true),
        () => void (reading.isDone = true),
      )
      this.#reading = reading
    }
    if (!this.#reading || this.#waiting.length > 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onMessage = resolve
    await Promise.race([this.#reading.done, promise])
  }

  async #read(queued: readonly Queued[]): Promise<ParsedEntry[]> {
    return await parseEntries(await this.#withBytes(queued))
  }

  /** Journals the mails that wait, and processes some of those that were journalled before. */
  async #commit(waiting: readonly Waiting[]): Promise<void> {
    const now = this.#now()
    const messages = waiting.map(({ message }) => message)
    const rows = encodeMails(messages, now)
    const reading = this.#reading?.isDone ? this.#reading : undefined
    if (reading) this.#reading = undefined
    let journalled: JournalledMail[]
    try {
      journalled = (await commitBatch(this.#db, (await reading?.reads) ?? [], rows, now)).journalled
    } catch (error) {
      await this.#putBack(reading?.queued ?? [], error)
      throw error
    }
    this.#isUnavailable = false
    for (const entry of withBytes(journalled, messages)) this.#enqueue(entry)
  }

  /**
   * What could not be processed comes before all that came later, for that may answer it. When the server stops,
   * it is left to the next one, which finds it in the journal.
   */
  async #putBack(queued: readonly Queued[], error: unknown): Promise<void> {
    if (queued.length === 0) return
    // Once is enough for one trouble.
    if (!this.#isUnavailable) this.#log.error({ err: error }, 'mails of the journal have to wait')
    this.#isUnavailable = true
    if (this.#isSettling) return
    this.#queue.unshift(...queued)
    for (const { bytes } of queued) this.#queuedBytes += bytes?.length ?? 0
    await sleep(PAUSE)
  }

  #enqueue(entry: Entry): void {
    const isRoom = this.#queuedBytes + entry.bytes.length <= MAX_WAITING_BYTES
    if (isRoom) this.#queuedBytes += entry.bytes.length
    this.#queue.push(isRoom ? entry : { ...entry, bytes: undefined })
  }

  #dequeue(): Queued[] {
    const queued = this.#queue.splice(0, MAX_PROCESSED_AT_ONCE)
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
