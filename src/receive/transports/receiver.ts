import { setTimeout as sleep, setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Database } from '../../db/schema.js'
import type { Log } from '../../util/log.js'
import { commitBatch } from '../journal/batch.js'
import { type IncomingMessage, type JournalledMail, toJournalRows, withBytes } from '../journal/journal.js'
import { type ParsedEntry, parseEntries } from '../journal/parsed-entry.js'

/** Maximum number of mails that one transaction journals and processes, to limit the wait of other writers. */
const MAX_JOURNALLED_AT_ONCE = 64
const MAX_PROCESSED_AT_ONCE = 32

/** Bytes of queued mails in memory; further mails are read again from the journal. */
const MAX_QUEUED_BYTES = 32 * 1024 * 1024

/** Pause before the next try while the database is unavailable, in milliseconds. */
const RETRY_DELAY_MS = 500

/** A sender that awaits the journalling of its mail. */
interface Waiting {
  message: IncomingMessage
  resolve: () => void
  reject: (error: unknown) => void
}

/** Mails that are being parsed. */
interface Parsing {
  mails: readonly JournalledMail[]
  entries: Promise<ParsedEntry[]>
  isDone: boolean
  /** Resolves when parsing ends, successfully or not. */
  done?: Promise<void>
}

/**
 * Receives mails of many senders concurrently. All mails that arrive while the disk is busy become durable together, by
 * one sync, which also commits the outcomes of earlier mails.
 */
export class Receiver {
  readonly #db: Database
  readonly #log: Log
  readonly #now: () => Date
  #waiting: Waiting[] = []
  #queue: JournalledMail[] = []
  #queuedBytes = 0
  #parsing: Parsing | undefined
  #onMessage: () => void = () => {}
  #work: Promise<void> | undefined
  #isSettling = false
  #isUnavailable = false

  constructor({ db, log, now }: { db: Database; log: Log; now: () => Date }) {
    this.#db = db
    this.#log = log
    this.#now = now
  }

  /** Resolves once the mail is durable; throws errors of the database, and then the mail is not journalled. */
  async receive(message: IncomingMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ message, resolve, reject })
    this.#onMessage()
    this.#work ??= this.#run().finally(() => (this.#work = undefined))
    await promise
  }

  /** Resolves once all received mail is processed; if the database is unavailable, it stays in the journal. */
  async settle(): Promise<void> {
    this.#isSettling = true
    while (this.#work) await this.#work
    this.#isSettling = false
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 || this.#queue.length > 0 || this.#parsing) {
      await this.#parseNext()
      const waiting = this.#waiting.splice(0, MAX_JOURNALLED_AT_ONCE)
      try {
        await this.#commit(waiting)
        for (const { resolve } of waiting) resolve()
      } catch (error) {
        for (const { reject } of waiting) reject(error)
      }
      // Lets senders get their replies, and other requests run, before the next batch.
      await yieldToOthers()
    }
  }

  /**
   * Starts to parse the next mails while others are journalled: a slow mail does not delay other senders.
   * Resolves once there is work for the database.
   */
  async #parseNext(): Promise<void> {
    if (!this.#parsing && this.#queue.length > 0) {
      const mails = this.#dequeue()
      const parsing: Parsing = { mails, isDone: false, entries: parseEntries(this.#db, mails) }
      parsing.done = parsing.entries.then(
        () => void (parsing.isDone = true),
        () => void (parsing.isDone = true),
      )
      this.#parsing = parsing
    }
    if (!this.#parsing || this.#waiting.length > 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onMessage = resolve
    await Promise.race([this.#parsing.done, promise])
  }

  /** Journals waiting mails, and processes parsed ones. */
  async #commit(waiting: readonly Waiting[]): Promise<void> {
    const now = this.#now()
    const messages = waiting.map(({ message }) => message)
    const rows = toJournalRows(messages, now)
    const parsed = this.#parsing?.isDone ? this.#parsing : undefined
    if (parsed) this.#parsing = undefined
    let journalled: JournalledMail[]
    try {
      journalled = (await commitBatch(this.#db, (await parsed?.entries) ?? [], rows, now)).journalled
    } catch (error) {
      await this.#putBack(parsed?.mails ?? [], error)
      throw error
    }
    this.#isUnavailable = false
    for (const mail of withBytes(journalled, messages)) this.#enqueue(mail)
  }

  /**
   * Mails that could not be processed precede all later ones, which may answer them. When the server stops, they are
   * left to the next start, which reads them from the journal.
   */
  async #putBack(mails: readonly JournalledMail[], error: unknown): Promise<void> {
    if (mails.length === 0) return
    // Log an outage once.
    if (!this.#isUnavailable)
      this.#log.error({ err: error }, 'mails of the journal cannot be processed, will retry')
    this.#isUnavailable = true
    if (this.#isSettling) return
    this.#queue.unshift(...mails)
    for (const { bytes } of mails) this.#queuedBytes += bytes?.length ?? 0
    await sleep(RETRY_DELAY_MS)
  }

  #enqueue(mail: JournalledMail): void {
    const size = mail.bytes?.length ?? 0
    const isHeld = this.#queuedBytes + size <= MAX_QUEUED_BYTES
    if (isHeld) this.#queuedBytes += size
    this.#queue.push(isHeld ? mail : { ...mail, bytes: undefined })
  }

  #dequeue(): JournalledMail[] {
    const mails = this.#queue.splice(0, MAX_PROCESSED_AT_ONCE)
    for (const { bytes } of mails) this.#queuedBytes -= bytes?.length ?? 0
    return mails
  }
}
