import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import { writeRawError } from '../../server/client-error.js'
import { MAX_CONNECTIONS } from '../../server/connections.js'

/** How long a connection waits for a worker, in milliseconds. */
const WAIT_MS = 10_000

/** A connection, which the supervisor holds until a worker has it. */
interface Connection {
  readonly id: number
  readonly address: string
  socket: Socket | undefined
}

/** What connections are handed to. */
export interface Receiver {
  sendSocket(id: number, socket: Socket): void
}

/** The connections that one worker has, or that are on their way to it. */
export class Share {
  readonly receiver: Receiver
  readonly connections = new Map<number, Connection>()
  readonly #byAddress = new Map<string, number>()

  constructor(receiver: Receiver) {
    this.receiver = receiver
  }

  countOf(address: string): number {
    return this.#byAddress.get(address) ?? 0
  }

  add(connection: Connection): void {
    this.connections.set(connection.id, connection)
    this.#byAddress.set(connection.address, this.countOf(connection.address) + 1)
  }

  remove(id: number): Connection | undefined {
    const connection = this.connections.get(id)
    if (!connection) return undefined
    this.connections.delete(id)
    const left = this.countOf(connection.address) - 1
    if (left > 0) this.#byAddress.set(connection.address, left)
    else this.#byAddress.delete(connection.address)
    return connection
  }
}

/**
 * Accepts connections and hands each to a worker: to the one with the fewest of the client's address, so that limits for
 * each address can be divided among the workers, and among those to the one with the fewest at all. Until the worker says
 * that it has a connection a copy stays here, and goes to another worker if that one dies.
 */
export class Connections {
  readonly #server: Server
  readonly #shares = new Set<Share>()
  readonly #waiting = new Map<Connection, NodeJS.Timeout>()
  #last = 0

  constructor() {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true }, (socket) =>
      this.#accept(socket),
    )
  }

  /** How many connections wait for a worker. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Listens; resolves with the port, if there is one. */
  async listen(options: ListenOptions | { readonly fd: number }): Promise<number | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject).listen(options, resolve)
    await promise
    this.#server.off('error', reject)
    const address = this.#server.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  /** Accepts no more. Those that wait for a worker are told to try again. */
  close(): void {
    this.#server.close()
    for (const connection of this.#waiting.keys()) this.#refuse(connection)
  }

  /** Hands connections to a worker from now on. */
  open(share: Share): void {
    this.#shares.add(share)
    for (const [connection, timer] of this.#waiting) {
      clearTimeout(timer)
      this.#waiting.delete(connection)
      this.#assign(connection)
    }
  }

  /** Hands no more to a worker, which finishes those that it has. */
  stop(share: Share): void {
    this.#shares.delete(share)
  }

  /** A worker has a connection. */
  accepted(share: Share, id: number): void {
    const connection = share.connections.get(id)
    connection?.socket?.destroy()
    if (connection) connection.socket = undefined
  }

  /** A worker has ended: what it never had goes to another one. */
  abandon(share: Share): void {
    this.stop(share)
    for (const connection of share.connections.values()) {
      share.remove(connection.id)
      if (connection.socket) this.#assign(connection)
    }
  }

  #accept(socket: Socket): void {
    if (this.#count() >= MAX_CONNECTIONS) return void socket.destroy()
    socket.on('error', () => {})
    const { remoteAddress } = socket
    // A client that has gone already has no address; nor has one of a UNIX socket.
    const address = remoteAddress === undefined ? '' : normalizeIP(remoteAddress)
    this.#assign({ id: ++this.#last, address, socket })
  }

  #count(): number {
    let count = this.#waiting.size
    for (const { connections } of this.#shares) count += connections.size
    return count
  }

  #assign(connection: Connection): void {
    const share = this.#leastLoaded(connection.address)
    if (!share) {
      this.#waiting.set(
        connection,
        setTimeout(() => this.#refuse(connection), WAIT_MS),
      )
      return
    }
    share.add(connection)
    share.receiver.sendSocket(connection.id, connection.socket as Socket)
  }

  #leastLoaded(address: string): Share | undefined {
    const load = (share: Share) => share.countOf(address) * MAX_CONNECTIONS + share.connections.size
    let best: Share | undefined
    for (const share of this.#shares) if (!best || load(share) < load(best)) best = share
    return best
  }

  #refuse(connection: Connection): void {
    clearTimeout(this.#waiting.get(connection))
    this.#waiting.delete(connection)
    if (connection.socket) writeRawError(connection.socket, 503, 'The server is starting; try again later.')
  }
}
