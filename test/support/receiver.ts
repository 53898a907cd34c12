import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One message that a receiver got. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = (response: ServerResponse, received: Received) => unknown

/** A receiver of webhooks on a port of its own: it keeps what it gets, and sends the given answers. */
export class Receiver {
  readonly received: Received[] = []
  /** By default every message is accepted. */
  answer: Answer = (response) => response.writeHead(200).end('ok')
  readonly #server: Server
  #port = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('error', () => {})
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        const received = { path: request.url ?? '', headers: request.headers, body }
        this.received.push(received)
        void this.answer(response, received)
      })
    })
  }

  /** Listens, by default at a free port. */
  static async open(port = 0): Promise<Receiver> {
    const receiver = new Receiver()
    await receiver.listen(port)
    return receiver
  }

  async listen(port = this.#port): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** The events that it got, as `webhook-id` numbers them, in order. */
  get events(): number[] {
    return this.received.map(({ headers }) => Number(String(headers['webhook-id']).split('-').at(-1)))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
