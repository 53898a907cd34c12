import type { Socket } from 'node:net'
import { Busy } from '../../util/errors.js'

/** Functions that one side of a channel offers the other, by name. Arguments and results are copied. */
export type Calls = object

/** The other process: a child, or `process` itself for a child's parent. */
export interface Peer {
  send?(
    message: object,
    socket: Socket | undefined,
    options: object,
    done: (error: Error | null) => void,
  ): boolean
  on(event: 'message', listener: (message: unknown, socket: unknown) => void): unknown
}

type Parameters_<Call> = Call extends (...args: infer Args) => unknown ? Args : never
type Result<Call> = Call extends (...args: never[]) => infer Value ? Awaited<Value> : never

/** The id of a call whose result is not sent. */
const NO_RESULT = 0

/** What passes: a call, its result or its failure. */
type Message =
  | { readonly call: string; readonly id: number; readonly args: readonly unknown[] }
  | { readonly result: number; readonly value?: unknown }
  | { readonly failed: number; readonly message: string; readonly isBusy: boolean }

/** Calls between a server's supervisor and one of its workers, in both directions, in the order in which they are sent. */
export class Channel<Remote extends Calls> {
  readonly #peer: Peer
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>()
  #last = 0
  #isClosed = false

  /** Offers `own` to the other side; `onSocket` receives the connections that come with a call of that name. */
  constructor(peer: Peer, own: Calls, onSocket?: (id: number, socket: Socket | undefined) => void) {
    this.#peer = peer
    peer.on('message', (message, socket) => {
      const connection = (message as { connection?: number }).connection
      if (connection === undefined) void this.#receive(message as Message, own as Handlers)
      else onSocket?.(connection, socket as Socket | undefined)
    })
  }

  /** Calls a function of the other side. Rejects with what it throws, or when the other side has ended. */
  async call<Name extends keyof Remote & string>(
    name: Name,
    ...args: Parameters_<Remote[Name]>
  ): Promise<Result<Remote[Name]>> {
    if (this.#isClosed) throw gone()
    const id = ++this.#last
    const answer = Promise.withResolvers<unknown>()
    this.#pending.set(id, answer)
    this.#send({ call: name, id, args })
    return (await answer.promise) as Result<Remote[Name]>
  }

  /** Calls a function of the other side, whose result is not of interest. */
  notify<Name extends keyof Remote & string>(name: Name, ...args: Parameters_<Remote[Name]>): void {
    this.#send({ call: name, id: NO_RESULT, args })
  }

  /** Passes a copy of an open connection on; our own stays open. */
  sendSocket(connection: number, socket: Socket): void {
    this.#peer.send?.({ connection }, socket, { keepOpen: true }, () => {})
  }

  /** To be called when the other side has ended. */
  close(): void {
    this.#isClosed = true
    for (const { reject } of this.#pending.values()) reject(gone())
    this.#pending.clear()
  }

  async #receive(message: Message, own: Handlers): Promise<void> {
    if (!('call' in message)) return this.#settle(message)
    const { call, id, args } = message
    try {
      const value = await own[call]?.(...args)
      if (id !== NO_RESULT) this.#send({ result: id, value })
    } catch (error) {
      if (id !== NO_RESULT)
        this.#send({ failed: id, message: (error as Error).message, isBusy: error instanceof Busy })
    }
  }

  #settle(message: Exclude<Message, { call: string }>): void {
    const id = 'result' in message ? message.result : message.failed
    const waiting = this.#pending.get(id)
    this.#pending.delete(id)
    if ('result' in message) waiting?.resolve(message.value)
    else waiting?.reject(message.isBusy ? new Busy(message.message) : new Error(message.message))
  }

  #send(message: Message): void {
    // A process that has ended is noticed by its end, not by what can no longer be sent to it.
    if (!this.#isClosed) this.#peer.send?.(message, undefined, {}, () => {})
  }
}

type Handlers = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

function gone(): Error {
  return new Error('The other process has exited.')
}
