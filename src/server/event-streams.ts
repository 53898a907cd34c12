import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.js'
import { Busy, Forbidden } from '../util/errors.js'
import { ClientSlots } from './client-slots.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly eventStreams: EventStreams
  }
}

/** Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html), whatever they are about. */

/** Proxies end connections on which nothing moves, after a minute by default. */
const COMMENT_INTERVAL_MS = 15_000

/** A client connects again after a while, so that servers share the load. */
const MAX_AGE_MS = 30 * 60_000

/** Bytes that may wait for a client that does not read them. */
const MAX_UNREAD = 1024 * 1024

/** When a client connects again, in milliseconds. */
const RETRY_MS = 5000

const COMMENT = Buffer.from(':\n\n')

interface StreamOwner {
  /** Called when the stream has ended, by the client or by the server. */
  readonly release: () => void
  /** Throws Forbidden once the client may not have the stream any more; undefined where everybody may. */
  readonly requireStillValid: (() => Promise<void>) | undefined
}

/** The open streams of a server. */
export class EventStreams {
  readonly #slots: ClientSlots
  readonly #streams = new Map<EventStream, StreamOwner['requireStillValid']>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(settings: Pick<Config, 'streamsPerClient' | 'streams'>) {
    const { streamsPerClient: perClient, streams: total } = settings
    this.#slots = new ClientSlots('event streams', { perClient, total })
  }

  get size(): number {
    return this.#streams.size
  }

  /** Takes the place of a stream; returns the function that gives it back. Throws TooMany or Busy. */
  enter(request: FastifyRequest): () => void {
    if (this.#isClosed) throw new Busy('The server is stopping; connect again.')
    return this.#slots.enter(request)
  }

  /**
   * Begins a stream as the answer to a request, which from then on is not Fastify's any more. Its client resumes after
   * `id` where nothing comes.
   */
  open(reply: FastifyReply, id: string, { release, requireStillValid }: StreamOwner): EventStream {
    reply.hijack()
    const stream = new EventStream(reply.raw, () => {
      this.#streams.delete(stream)
      if (this.#streams.size === 0) this.#stopTimer()
      release()
    })
    this.#streams.set(stream, requireStillValid)
    this.#timer ??= setInterval(() => void this.#tick(), COMMENT_INTERVAL_MS).unref()
    reply.raw.writeHead(200, headersOf(reply))
    stream.write(Buffer.from(`retry: ${RETRY_MS}\nid: ${id}\n\n`))
    // The server may have been asked to stop since its place was taken.
    if (this.#isClosed) stream.end()
    return stream
  }

  /** Answers HEAD: the headers of a stream, which is not begun. */
  answerHead(reply: FastifyReply): void {
    reply.hijack()
    reply.raw.writeHead(200, headersOf(reply)).end()
  }

  /** Ends all streams; no other is opened. */
  close(): void {
    this.#isClosed = true
    for (const stream of this.#streams.keys()) stream.end()
  }

  async #tick(): Promise<void> {
    const now = performance.now()
    const streams = [...this.#streams]
    for (const [stream] of streams)
      if (now - stream.openedAt >= MAX_AGE_MS) stream.end()
      // A client that reads nothing is not kept alive: the timeout of its connection ends it.
      else if (stream.unread === 0) stream.write(COMMENT)
    for (const [stream, requireStillValid] of streams)
      if (requireStillValid && stream.isOpen) {
        // One in each turn of the event loop: other requests do not wait for those of all streams.
        await nextTurn()
        await requireStillValid().catch((error: unknown) => {
          if (error instanceof Forbidden) stream.end()
        })
      }
  }

  #stopTimer(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  connection: 'close',
  // nginx passes on what comes at once.
  'x-accel-buffering': 'no',
} as const

/** Those that the server has set so far, and those of a stream. */
function headersOf(reply: FastifyReply): OutgoingHttpHeaders {
  return { ...(reply.getHeaders() as OutgoingHttpHeaders), ...STREAM_HEADERS }
}

/** One stream to one client. */
export class EventStream {
  readonly openedAt = performance.now()
  readonly #response: ServerResponse
  readonly #onEnd: () => void
  #isOpen = true
  #wake: (() => void) | undefined

  constructor(response: ServerResponse, onEnd: () => void) {
    this.#response = response
    this.#onEnd = onEnd
    response.on('drain', () => this.#wake?.())
    response.once('close', () => this.#close())
    // The client has gone; `close` follows.
    response.on('error', () => {})
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Bytes that wait for the client. */
  get unread(): number {
    return this.#response.writableLength
  }

  /** Sends bytes of whole events. A client for which too much waits is cut off. */
  write(bytes: Buffer): void {
    if (!this.#isOpen) return
    this.#response.write(bytes)
    if (this.unread <= MAX_UNREAD) return
    this.#response.destroy()
    this.#close()
  }

  /** Waits until the client has read enough that more can be sent, or has gone. */
  async drained(): Promise<void> {
    if (!this.#isOpen || !this.#response.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  /** Ends the stream behind all that was sent; the client connects again. */
  end(): void {
    if (!this.#isOpen) return
    this.#close()
    this.#response.end()
  }

  #close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#wake?.()
    this.#onEnd()
  }
}
