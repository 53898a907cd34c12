import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { SupervisorCalls } from './calls.js'
import type { Channel } from './channel.js'

/** Serves the connections that the supervisor hands to this worker. */
export class HandedConnections {
  readonly #server: Server
  readonly #supervisor: Channel<SupervisorCalls>
  readonly #open = new Set<Socket>()
  #closed: number[] = []
  #isDrained: (() => void) | undefined

  constructor(server: Server, supervisor: Channel<SupervisorCalls>) {
    this.#server = server
    this.#supervisor = supervisor
    // From then on the server watches how long its connections take for a request: it does not listen by itself.
    server.emit('listening')
  }

  receive(id: number, socket: Socket | undefined): void {
    this.#supervisor.notify('accepted', id)
    if (!socket) return this.#noteClosed(id)
    this.#open.add(socket)
    socket.allowHalfOpen = true
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#noteClosed(id)
      if (this.#open.size === 0) this.#isDrained?.()
    })
    this.#server.emit('connection', socket)
  }

  /** Resolves once no connection is open. */
  async drained(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#isDrained = resolve))
  }

  /** Tells the supervisor once for all that close at the same time. */
  #noteClosed(id: number): void {
    if (this.#closed.push(id) > 1) return
    setImmediate(() => {
      this.#supervisor.notify('closed', this.#closed)
      this.#closed = []
    })
  }
}
