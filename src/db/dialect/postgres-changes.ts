import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { ChangeWatchers } from '../change-watchers.js'
import type { ChangeStamp, Changes } from '../changes.js'
import type { PostgresOptions } from './postgres-pool.js'

const CHANNEL = 'patchwork_changes'

/** How often the connection is checked, in milliseconds. */
const CHECK_INTERVAL_MS = 1000

/** Pause before a new attempt to connect; behind a pooler, which is there for as long as the address leads to it. */
const RETRY_MS = 1000
const POOLER_RETRY_MS = 60_000

/**
 * Counts the commits that a process sees. Its own are counted when they are done; those of others are notified within
 * their transactions and received on a connection of its own, which opens at the first question. While that is down
 * there is no stamp. There is none behind a pooler either: most take the connection of the database away after each
 * transaction, and the notifications with it, and nothing would tell.
 */
export class PostgresChanges implements Changes {
  readonly #url: string
  readonly #timeout: number
  readonly #stopping = new AbortController()
  /** Tells our own notifications from those of others. */
  readonly #sender = randomBytes(9).toString('base64url')
  #commits = 0
  #foreignCommits = 0
  #trustedUntil = 0
  #watching: Promise<void> | undefined
  readonly #watchers = new ChangeWatchers(() => {
    if (!this.#isTrusted()) this.#watchers.notify()
  }, CHECK_INTERVAL_MS)

  constructor({ url, listenTimeout }: Pick<PostgresOptions, 'url' | 'listenTimeout'>) {
    this.#url = url
    this.#timeout = listenTimeout
  }

  stamp(): ChangeStamp | undefined {
    this.#start()
    return this.#isTrusted() ? this.#commits : undefined
  }

  foreignStamp(): ChangeStamp | undefined {
    return this.#isTrusted() ? this.#foreignCommits : undefined
  }

  watch(callback: () => void): () => void {
    this.#start()
    return this.#watchers.add(callback)
  }

  #start(): void {
    if (!this.#stopping.signal.aborted) this.#watching ??= this.#watch()
  }

  /** The statement that tells other processes of the transaction it is in, once that is committed. */
  get notification(): string {
    return `notify ${CHANNEL}, '${this.#sender}'`
  }

  /** Counts a commit of this process: after the commit, before it is reported. */
  countOwn(): void {
    this.#commits++
    this.#watchers.notify()
  }

  async close(): Promise<void> {
    this.#watchers.close()
    this.#stopping.abort()
    await this.#watching
  }

  countForeign(): void {
    this.#commits++
    this.#foreignCommits++
    this.#watchers.notify()
  }

  #isTrusted(): boolean {
    return performance.now() < this.#trustedUntil
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping
    // Loaded only where it is needed: the mail pipe to SQLite starts faster without.
    const { Client } = await import('pg')
    while (!signal.aborted) {
      const client = new Client({
        connectionString: this.#url,
        connectionTimeoutMillis: this.#timeout,
        query_timeout: this.#timeout,
      })
      let retry = RETRY_MS
      // Until it listens, the call that fails throws the error.
      client.on('error', () => {})
      client.on('notification', ({ payload }) => {
        if (payload !== this.#sender) this.countForeign()
      })
      try {
        await client.connect()
        if (await isPooled(client)) retry = POOLER_RETRY_MS
        else await this.#listen(client)
      } catch {
        // The pool tells of a database that is away; here it only means that there is no stamp.
      }
      this.#trustedUntil = 0
      await client.end().catch(() => {})
      await pause(retry, signal)
    }
  }

  /** Listens until the connection fails or is no longer wanted. */
  async #listen(client: Client): Promise<void> {
    const lost = new AbortController()
    const { signal } = lost
    const give = () => {
      this.#trustedUntil = 0
      lost.abort()
    }
    client.on('error', give)
    client.on('end', give)
    await client.query(`listen ${CHANNEL}`)
    const wanted = AbortSignal.any([signal, this.#stopping.signal])
    // What was committed before we listened is not notified.
    this.countForeign()
    for (; !wanted.aborted; await pause(CHECK_INTERVAL_MS, wanted)) {
      const asked = performance.now()
      await client.query('select 1')
      if (!signal.aborted) this.#trustedUntil = asked + this.#timeout
    }
  }
}

/** Whether another program answers for the database: it greets with a number that no process of the database has. */
async function isPooled(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  // The driver keeps the number for itself, and needs it to cancel statements.
  return rows[0]?.pid !== (client as Client & { readonly processID: number | null }).processID
}

/** Waits without keeping the process alive. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {})
}
