import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { until } from './until.js'

/** An event as a client of a stream gets it. */
export interface StreamedEvent {
  id: string
  event: string
  // oxlint-disable-next-line typescript/no-explicit-any -- what came is what the test is about
  data: any
}

/** A client of Server-Sent Events, which reads all that comes. */
export class StreamClient {
  readonly response: IncomingMessage
  readonly events: StreamedEvent[] = []
  /** The last id that came, also without an event. */
  lastId = ''
  comments = 0
  retry = ''
  isEnded = false
  /** The body of an answer that is no stream. */
  text = ''

  private constructor(response: IncomingMessage) {
    this.response = response
    let rest = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      this.text += response.statusCode === 200 ? '' : text
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) this.#read(block)
    })
    // An end in the middle, such as that of a server that was killed, is an end too.
    response.on('error', () => {})
    response.on('close', () => {
      this.isEnded = true
    })
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<StreamClient> {
    const request = get(url, { agent: false, headers })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return new StreamClient(response)
  }

  #read(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
      }),
    )
    if (fields.has('')) this.comments++
    this.retry = fields.get('retry') ?? this.retry
    this.lastId = fields.get('id') ?? this.lastId
    const data = fields.get('data')
    if (data !== undefined)
      this.events.push({ id: this.lastId, event: fields.get('event') ?? '', data: JSON.parse(data) })
  }

  get status(): number | undefined {
    return this.response.statusCode
  }

  /** The numbers of the events. */
  get ids(): number[] {
    return this.events.map(({ data }) => data.id as number)
  }

  /** Waits until the given number of events has arrived. */
  async has(count: number): Promise<this> {
    await until(() => this.events.length >= count)
    return this
  }

  async ended(): Promise<void> {
    await until(() => this.isEnded)
  }

  close(): void {
    this.response.destroy()
  }
}
