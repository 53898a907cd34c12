import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../support/server-process.js'
import { until } from '../../support/until.js'
import { Client, start, untilComplete } from './support.js'

/** Requests in an hour. */
const LIMIT = 200

describe('a server with two workers', () => {
  const url = `sqlite:${join(mkdtempSync(join(tmpdir(), 'patchwork-workers-')), 'test.db')}`
  let server: ServerProcess
  beforeAll(async () => {
    server = await start(url, {
      PATCHWORK_RATE_LIMIT: `${LIMIT}/hour`,
      PATCHWORK_LOGIN_FAILURES_OF_ADDRESS: '5',
    })
  })
  afterAll(async () => {
    await server.kill()
  })

  it('has limits that hold for all workers together', async () => {
    const clients = [new Client(server), new Client(server)] as const
    const authorization = `Basic ${btoa('mira:wrong')}`
    const logins: number[] = []
    for (const n of Array(8).keys())
      logins.push((await clients[n % 2 ? 0 : 1].ask('/api/1.3/users/', { authorization })).status)
    expect(logins).toEqual([403, 403, 403, 403, 403, 429, 429, 429])
    const answers: number[] = []
    for (const n of Array(LIMIT + 10).keys())
      answers.push((await clients[n % 2 ? 0 : 1].ask('/api/1.3/')).status)
    // What was asked before counts too.
    const answered = answers.filter((status) => status === 200).length
    expect(answered).toBeGreaterThan(LIMIT / 2)
    expect(answered).toBeLessThanOrEqual(LIMIT - logins.length)
    expect(answers.indexOf(429)).toBe(answered)
    for (const client of clients) client.close()
  })

  it('ends at once when it is asked twice, with all workers', async () => {
    // A request that does not end keeps a worker from ending by itself.
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    await until(() => socket.bytesWritten > 0)
    server.signal('SIGTERM')
    // Of another kind, for two of the same may arrive as one.
    server.signal('SIGINT')
    expect((await server.ended()).code).toBe(1)
    await until(() => server.children().length === 0)
    socket.destroy()
  })

  it('replaces a worker that is asked to end, after its requests', async () => {
    server = await start(url)
    const [first] = server.workers() as [number]
    process.kill(first, 'SIGTERM')
    await until(() => !server.workers().includes(first))
    await untilComplete(server)
    expect(server.stderr).toContain(`"worker":${first},"code":0`)
  })

  it('leaves no worker when its supervisor dies', async () => {
    await server.kill()
    await until(() => server.children().length === 0)
  })
})
