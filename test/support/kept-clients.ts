/* oxlint-disable eslint/no-underscore-dangle, typescript/unbound-method -- pg-pool has no public way to give it a client. */
import { type Client as PgClient, Pool as PgPool } from 'pg'

/**
 * Connections to PostgreSQL that outlive the pool that made them, for the next pool on the same database: each new one costs
 * the server a process, which reads the catalogue and plans every statement anew, and takes longer than most tests. It saves
 * 0.02 to 0.05 s of processor time for each test with a database of its own: the 277 tests of `test/domain`, `test/jobs` and
 * `test/ingest` take 42 s with it, and 47 to 56 s without.
 */

/** More are closed: a test that needs many at once is rare. */
const MAX_KEPT = 4

/** What is used of a client. */
interface Client extends PgClient {
  readonly processID: number
  readonly readyForQuery: boolean
  readonly _ending: boolean
  readonly _queryable: boolean
}

/** What is used of a pool, public or not. */
interface Pool extends PgPool {
  readonly options: PgPool['options']
  readonly ending: boolean
  _clients: Client[]
  _idle: { client: Client; timeoutId: NodeJS.Timeout }[]
  newClient(pending: unknown): void
  _acquireClient(client: Client, pending: unknown, idleListener: (error: Error) => void, isNew: boolean): void
  _remove(client: Client, callback?: () => void): void
}

interface Kept {
  /** The addresses of databases whose connections are kept. */
  readonly urls: Set<string>
  /** By address and settings. */
  readonly clients: Map<string, Client[]>
}

// Each file of a process loads this module anew.
const owner = globalThis as unknown as { patchworkClients?: Kept }
if (!owner.patchworkClients) {
  owner.patchworkClients = { urls: new Set(), clients: new Map() }
  patch(Object.getPrototypeOf(PgPool).prototype as Pool, owner.patchworkClients)
}
const kept = owner.patchworkClients

/** Has connections to a database kept when their pool ends. */
export function keepClientsOf(url: string): void {
  kept.urls.add(url)
}

/** The processes of the server that belong to the kept connections to a database. */
export function keptProcesses(url: string): number[] {
  return clientsOf(url).map(({ processID }) => processID)
}

/** Closes the kept connections to a database, and keeps none from now on. */
export function closeClientsOf(url: string): void {
  kept.urls.delete(url)
  for (const client of clientsOf(url)) void client.end().catch(() => {})
  for (const key of kept.clients.keys()) if (key.startsWith(`${url} `)) kept.clients.delete(key)
}

function clientsOf(url: string): Client[] {
  return [...kept.clients].filter(([key]) => key.startsWith(`${url} `)).flatMap(([, clients]) => clients)
}

function keyOf({ options: { connectionString, options } }: Pool): string {
  return `${connectionString} ${options}`
}

function patch(pool: Pool, { urls, clients }: Kept): void {
  const { newClient, _remove: remove } = pool
  pool.newClient = function (this: Pool, pending) {
    const client = clients.get(keyOf(this))?.pop()
    if (!client) return newClient.call(this, pending)
    client.removeAllListeners('error')
    this._clients.push(client)
    const idleListener = (error: Error) => {
      client.removeAllListeners('error').on('error', () => {})
      this._remove(client)
      this.emit('error', error, client)
    }
    this._acquireClient(client, pending, idleListener, false)
  }
  pool._remove = function (this: Pool, client, callback) {
    const idle = this._idle.find((item) => item.client === client)
    const others = clients.get(keyOf(this)) ?? []
    const isKept = urls.has(this.options.connectionString ?? '') && others.length < MAX_KEPT
    if (!this.ending || !idle || !isKept || !isFresh(client)) return remove.call(this, client, callback)
    clearTimeout(idle.timeoutId)
    this._idle = this._idle.filter((item) => item !== idle)
    this._clients = this._clients.filter((one) => one !== client)
    const forget = () => {
      const at = others.indexOf(client)
      if (at >= 0) others.splice(at, 1)
    }
    client.removeAllListeners('error').on('error', forget)
    clients.set(keyOf(this), others)
    others.push(client)
    client.query('reset all; select pg_advisory_unlock_all()').catch(forget)
    callback?.()
  }
}

/** Whether a client is in no transaction and could run a statement now. */
function isFresh(client: Client): boolean {
  return client._queryable && !client._ending && client.readyForQuery && client.getTransactionStatus() === 'I'
}
