import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { ServerProcess } from '../../support/server-process.js'
import { until } from '../../support/until.js'

const WORKERS = { PATCHWORK_WORKERS: '2', PATCHWORK_LOG_LEVEL: 'info' }

export interface Answer {
  status: number
  body: string
}

/** Requests on one connection, which stays with one worker. */
export class Client {
  readonly #agent: Agent
  readonly #port: number

  constructor({ port }: ServerProcess, keepAlive = true) {
    this.#port = port
    this.#agent = new Agent({ keepAlive, maxSockets: 1 })
  }

  async ask(path: string, headers: Record<string, string> = {}, body?: object): Promise<Answer> {
    const sent = request({
      port: this.#port,
      host: '127.0.0.1',
      path,
      agent: this.#agent,
      method: body ? 'PATCH' : 'GET',
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    })
    sent.end(body && JSON.stringify(body))
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: answer.statusCode as number, body: await text(answer) }
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Starts a server, and resolves once all its workers serve. */
export async function start(url: string, environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(url, { ...WORKERS, ...environment })
  await untilComplete(server)
  return server
}

/** Waits until two workers serve. */
export async function untilComplete(server: ServerProcess): Promise<void> {
  await until(async () => {
    const client = new Client(server, false)
    const { body } = await client.ask('/metrics')
    client.close()
    return body.includes('\npatchwork_workers 2\n')
  })
}

/** The worker that took the role last. */
export function roleHolder({ stderr }: ServerProcess): number {
  const found = stderr
    .matchAll(/"worker":(\d+),"msg":"worker receives mail/g)
    .toArray()
    .at(-1)
  return Number(found?.[1])
}
