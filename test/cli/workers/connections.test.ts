import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Connections, Share } from '../../../src/cli/workers/connections.js'
import { until } from '../../support/until.js'

/** A worker that answers each connection with its name, or has none. */
class FakeWorker {
  readonly received: number[] = []
  readonly share: Share

  constructor(name?: string) {
    this.share = new Share({
      sendSocket: (id, socket) => {
        this.received.push(id)
        if (name === undefined) return
        socket.end(name)
      },
    })
  }
}

let connections: Connections
let port: number
const clients: Socket[] = []

beforeEach(async () => {
  connections = new Connections()
  port = (await connections.listen({ host: '127.0.0.1', port: 0 })) as number
})

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  connections.close()
})

async function open(): Promise<Socket> {
  const client = connect(port, '127.0.0.1')
  clients.push(client)
  await once(client, 'connect')
  return client
}

it('spreads the connections of an address evenly, whichever end', async () => {
  const [one, other] = [new FakeWorker(), new FakeWorker()]
  connections.open(one.share)
  connections.open(other.share)
  for (let n = 0; n < 6; n++) await open()
  await until(() => one.received.length + other.received.length === 6)
  expect([one.received.length, other.received.length]).toEqual([3, 3])
  for (const id of one.received) one.share.remove(id)
  for (let n = 0; n < 4; n++) await open()
  await until(() => one.received.length + other.received.length === 10)
  expect([one.share.connections.size, other.share.connections.size]).toEqual([4, 3])
})

it('keeps connections until there is a worker', async () => {
  const answers = [text(await open()), text(await open())]
  connections.open(new FakeWorker('late').share)
  expect(await Promise.all(answers)).toEqual(['late', 'late'])
})

it('gives what a dead worker never had to another one, and nothing else', async () => {
  const [dead, alive] = [new FakeWorker(), new FakeWorker('alive')]
  connections.open(dead.share)
  const [had, lost] = [await open(), await open()]
  await until(() => dead.received.length === 2)
  connections.accepted(dead.share, dead.received[0] as number)
  expect(await text(had)).toBe('')
  connections.abandon(dead.share)
  connections.open(alive.share)
  expect(await text(lost)).toBe('alive')
  expect(alive.received).toEqual([dead.received[1]])
})

it('tells those that wait when it closes', async () => {
  const late = text(await open())
  await until(() => connections.waiting === 1)
  connections.close()
  expect(await late).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
})
