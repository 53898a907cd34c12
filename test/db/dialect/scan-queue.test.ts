import { describe, expect, it } from 'vitest'
import { ScanQueue } from '../../../src/db/dialect/scan-queue.js'
import { Busy } from '../../../src/util/errors.js'

describe('statements that read whole tables', () => {
  it('run one after the other, and let all else have its turn between two of them', async () => {
    const queue = new ScanQueue()
    const order: string[] = []
    const request = new Promise<void>((resolve) => {
      setImmediate(() => {
        order.push('request')
        resolve()
      })
    })
    const scans = [1, 2, 3].map((number) =>
      queue.run(async () => {
        order.push(`scan ${number}`)
        return number
      }),
    )
    expect(await Promise.all(scans)).toEqual([1, 2, 3])
    await request
    expect(order).toEqual(['scan 1', 'request', 'scan 2', 'scan 3'])
  })

  it('go on after one that fails', async () => {
    const queue = new ScanQueue()
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await queue.run(async () => 'done')).toBe('done')
  })

  it('are refused where too many wait, with the time to come again', async () => {
    const queue = new ScanQueue()
    const first = Promise.withResolvers<void>()
    const running = queue.run(() => first.promise)
    // From here on it does not wait, but runs.
    await new Promise(setImmediate)
    const waiting = Array.from({ length: 256 }, () => queue.run(async () => {}))
    await expect(queue.run(async () => {})).rejects.toThrow(Busy)
    first.resolve()
    await Promise.all([running, ...waiting])
    expect(await queue.run(async () => 'done')).toBe('done')
  })
})
