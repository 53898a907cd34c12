import { once } from 'node:events'
import {
  type ClientRequest,
  get,
  IncomingMessage,
  type IncomingMessage as Message,
  ServerResponse,
} from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LargeAnswers } from '../../src/server/large-answers.js'
import { Busy } from '../../src/util/errors.js'
import { until } from '../support/until.js'
import { serverWith } from './support.js'

const MB = 1024 * 1024

function newResponse(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()))
}

async function end(response: ServerResponse, how: 'finish' | 'close' = 'finish'): Promise<void> {
  response.emit(how)
  await vi.advanceTimersByTimeAsync(0)
}

describe('large answers', () => {
  let answers: LargeAnswers
  /** Names of those that have room, in the order in which they got it. */
  let started: string[]
  let failures: Map<string, unknown>

  beforeEach(() => {
    vi.useFakeTimers()
    answers = new LargeAnswers()
    started = []
    failures = new Map()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  async function enter(name: string, megabytes: number, response = newResponse()): Promise<ServerResponse> {
    answers.enter(response, megabytes * MB).then(
      () => started.push(name),
      (error: unknown) => failures.set(name, error),
    )
    await vi.advanceTimersByTimeAsync(0)
    return response
  }

  it('start while they have room together, and then in the order of their requests', async () => {
    const first = await enter('first', 20)
    const second = await enter('second', 10)
    await enter('third', 13)
    // It would have room, but came later.
    await enter('fourth', 2)
    expect(started).toEqual(['first', 'second'])
    await end(second)
    expect(started).toEqual(['first', 'second'])
    await end(first)
    expect(started).toEqual(['first', 'second', 'third', 'fourth'])
  })

  it('start alone where they are larger than what all may have', async () => {
    const huge = await enter('huge', 300)
    await enter('next', 1)
    expect(started).toEqual(['huge'])
    await end(huge)
    expect(started).toEqual(['huge', 'next'])
  })

  it('keep no small one waiting', async () => {
    await enter('huge', 300)
    await enter('waits', 1)
    await enter('small', 0.5)
    expect(started).toEqual(['huge', 'small'])
  })

  it('wait once, and grow while they are made', async () => {
    const first = await enter('first', 10)
    await enter('first again', 30, first)
    await enter('next', 3)
    expect(started).toEqual(['first', 'first again'])
    await end(first)
    expect(started).toEqual(['first', 'first again', 'next'])
  })

  it('give their room back once, however they end', async () => {
    const first = await enter('first', 32)
    await enter('second', 20)
    await enter('third', 20)
    await end(first)
    await end(first, 'close')
    expect(started).toEqual(['first', 'second'])
  })

  it.each(['finish', 'close'] as const)('give their room back at %s', async (how) => {
    for (const name of ['a', 'b', 'c', 'd']) await end(await enter(name, 32), how)
    expect(started).toEqual(['a', 'b', 'c', 'd'])
  })

  it('of a client that has gone already take no room', async () => {
    const gone = newResponse()
    gone.destroy()
    await vi.advanceTimersByTimeAsync(0)
    await enter('gone', 32, gone)
    await enter('next', 32)
    expect(started).toEqual(['gone', 'next'])
  })

  it('that wait let go of their place when their client leaves', async () => {
    const huge = await enter('huge', 300)
    const gone = await enter('gone', 32)
    await enter('next', 32)
    await end(gone, 'close')
    expect(failures.get('gone')).toBeInstanceOf(Busy)
    await end(huge)
    expect(started).toEqual(['huge', 'next'])
  })

  it('wait for a limited time, and those behind them go on', async () => {
    const huge = await enter('huge', 20)
    // It is taken slowly, but is not held for so long itself.
    await enter('waits', 20)
    await vi.advanceTimersByTimeAsync(29_000)
    await enter('behind', 10)
    await vi.advanceTimersByTimeAsync(1000)
    expect(failures.get('waits')).toMatchObject({ status: 503, retryAfter: 10 })
    expect(String(failures.get('waits'))).toContain(
      'The server is busy with other large answers; try again later.',
    )
    expect(started).toEqual(['huge', 'behind'])
    expect(huge.destroyed).toBe(false)
  })

  it('are ended where their client does not take them while others wait', async () => {
    const slow = await enter('slow', 300)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(slow.destroyed).toBe(false)
    await enter('next', 32)
    await vi.advanceTimersByTimeAsync(3000)
    expect(slow.destroyed).toBe(true)
    expect(started).toEqual(['slow', 'next'])
  })

  it('are refused at once where too many wait', async () => {
    const huge = await enter('huge', 300)
    for (let number = 0; number < 256; number++) await enter(`waits ${number}`, 1)
    expect(failures.size).toBe(0)
    await enter('beyond', 1)
    expect([...failures.keys()]).toEqual(['beyond'])
    expect(failures.get('beyond')).toMatchObject({ status: 503, retryAfter: 10 })
    await end(huge)
    expect(started).toHaveLength(1 + 32)
  })

  it('leave no timer behind', async () => {
    const huge = await enter('huge', 300)
    const next = await enter('next', 32)
    await end(huge)
    await end(next)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a server of large answers', () => {
  let app: FastifyInstance
  let answers: LargeAnswers
  let entered: number

  beforeEach(async () => {
    answers = new LargeAnswers()
    entered = 0
    app = await serverWith()
    app.get<{ Querystring: URLSearchParams }>('/api/large/:how', async (request, reply) => {
      await answers.enter(reply.raw, 32 * MB)
      entered++
      const { how } = request.params as { how: string }
      if (how === 'throws') throw new Error('broken')
      if (how === 'hangs') return await new Promise(() => {})
      return how === 'long' ? 'x'.repeat(32 * MB) : 'done'
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(async () => {
    app.server.closeAllConnections()
    await app.close()
  })

  function ask(how: string): ClientRequest {
    const { port } = app.server.address() as AddressInfo
    return get({ port, host: '127.0.0.1', path: `/api/large/${how}`, agent: false }).on('error', () => {})
  }

  async function statusOf(how: string): Promise<number | undefined> {
    const [response] = (await once(ask(how), 'response')) as [Message]
    response.resume()
    await once(response, 'end')
    return response.statusCode
  }

  it('says when to come again where too many wait', async () => {
    const client = ask('hangs')
    await until(() => entered === 1)
    const waiting = Array.from({ length: 256 }, newResponse)
    for (const response of waiting) answers.enter(response, MB).catch(() => {})
    const [response] = (await once(ask('short'), 'response')) as [Message]
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '10'])
    expect(JSON.parse(await text(response))).toEqual({
      detail: 'The server is busy with other large answers; try again later.',
    })
    for (const each of waiting) each.emit('close')
    const next = statusOf('short')
    client.destroy()
    expect(await next).toBe(200)
  })

  it('goes on after handlers that throw', async () => {
    for (let number = 0; number < 4; number++) expect(await statusOf('throws')).toBe(500)
    expect(await statusOf('short')).toBe(200)
  })

  it('goes on after clients that leave while their answer is made', async () => {
    const client = ask('hangs')
    await until(() => entered === 1)
    const next = statusOf('short')
    client.destroy()
    expect(await next).toBe(200)
    expect(entered).toBe(2)
  })

  it('goes on after clients that leave while they wait', async () => {
    const client = ask('hangs')
    await until(() => entered === 1)
    const waiting = ask('short')
    await once(waiting, 'finish')
    waiting.destroy()
    const next = statusOf('short')
    client.destroy()
    expect(await next).toBe(200)
  })

  it('goes on after clients that leave in the middle of their answer', async () => {
    const client = ask('long')
    const [response] = (await once(client, 'response')) as [Message]
    await once(response, 'data')
    response.pause()
    const next = statusOf('short')
    client.destroy()
    expect(await next).toBe(200)
  })
})
