import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import type { OutgoingMessage } from '../../../src/outbox/webhooks/delivery.js'
import { WebhookSender } from '../../../src/outbox/webhooks/sender.js'
import { Receiver } from '../../support/receiver.js'
import { until } from '../../support/until.js'

const NEVER = new AbortController().signal
const LONG_MS = 600_000

const messageTo = (address: string): OutgoingMessage => ({
  address,
  id: 'epoch-1',
  sent: 1_700_000_000_500,
  secrets: ['whsec_MTIz'],
  body: Buffer.from('{}'),
})

/** The priorities of the threads of this process, by their numbers. */
function priorities(): Map<string, number> {
  return new Map(
    readdirSync('/proc/self/task').map((id) => {
      const [, fields = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')
      return [id, Number(fields.split(' ')[16])]
    }),
  )
}

describe('the thread that sends messages', () => {
  const open: { close: () => Promise<void> }[] = []

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()))
  })

  const start = async (networks = ['127.0.0.0/8']) => {
    const parts = { sender: new WebhookSender({ networks }), receiver: await Receiver.open() }
    open.push(parts.sender, parts.receiver)
    return parts
  }

  it('sends any number at once, and says what became of each', async () => {
    const { sender, receiver } = await start()
    const held: (() => void)[] = []
    receiver.answer = (response, { path }) =>
      path === '/held' ? held.push(() => response.writeHead(500).end('no')) : response.end('yes')
    const slow = sender.send(messageTo(receiver.address.replace('hook', 'held')), LONG_MS, NEVER)
    const quick = sender.send(messageTo(receiver.address), LONG_MS, NEVER)
    expect(await quick).toMatchObject({ result: 'delivered', status: 200, answer: 'yes' })
    await until(() => held.length > 0)
    held[0]?.()
    expect(await slow).toMatchObject({ result: 'failed', status: 500, answer: 'no' })
    expect(receiver.received[0]?.headers).toMatchObject({
      'webhook-id': 'epoch-1',
      'webhook-timestamp': '1700000000',
    })
  })

  it('ends an attempt after its time, and soon after the server begins to stop', async () => {
    const { sender, receiver } = await start()
    receiver.answer = () => {}
    const late = await sender.send(messageTo(receiver.address), 100, NEVER)
    expect(late).toMatchObject({ result: 'failed', reason: 'There was no answer within 0.1 seconds.' })
    const stop = new AbortController()
    const other = receiver.address.replace('hook', 'other')
    const stopped = sender.send(messageTo(other), LONG_MS, stop.signal)
    // The first one may have ended before it arrived.
    await until(() => receiver.received.some(({ path }) => path === '/other'))
    stop.abort()
    expect(await stopped).toMatchObject({ result: 'interrupted' })
  })

  it('reaches the networks that it may, and no others', async () => {
    const { sender, receiver } = await start(['10.0.0.0/8'])
    expect(await sender.send(messageTo(receiver.address), LONG_MS, NEVER)).toMatchObject({
      result: 'failed',
      reason: '127.0.0.1 is in a loopback network, which webhooks are not sent to.',
    })
    expect(receiver.received).toEqual([])
  })

  it('steps back behind the threads that answer requests', async () => {
    const { sender, receiver } = await start()
    const before = priorities()
    await sender.send(messageTo(receiver.address), LONG_MS, NEVER)
    const started = [...priorities()].filter(([id]) => !before.has(id)).map(([, priority]) => priority)
    expect(started).toContain(Math.min(getPriority() + 10, 19))
  })

  it('counts what a failing thread had as failed, and goes on in another', async () => {
    const failing =
      'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw Error("x") })'
    const sender = new WebhookSender({ networks: [], script: new URL(`data:text/javascript,${failing}`) })
    open.push(sender)
    for (let count = 0; count < 2; count++)
      expect(await sender.send(messageTo('http://127.0.0.1/'), LONG_MS, NEVER)).toMatchObject({
        result: 'failed',
        reason: 'The thread that sends messages failed.',
      })
  })
})
