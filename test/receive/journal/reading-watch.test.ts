import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeProgress, ReadingWatch } from '../../../src/receive/journal/reading-watch.js'

const TIMEOUT = 1000

/** Milliseconds from one look of the watch to the next, for a thread that answers. */
const LOOK = 100

describe('the watch over a thread that reads mail', () => {
  let time = 0
  const late: string[] = []

  beforeEach(() => {
    time = 0
    late.splice(0)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.spyOn(performance, 'now').mockImplementation(() => time)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  /** Watches a thread whose mail takes as long as the test lasts; `used` is its processor time in microseconds. */
  const watch = (used: () => number) => {
    const worker = { cpuUsage: async () => ({ user: used(), system: 0 }) }
    new ReadingWatch(worker, makeProgress(), TIMEOUT, (reason) => late.push(reason)).start()
  }
  const pass = async (looks: number, milliseconds = LOOK) => {
    for (let look = 0; look < looks; look++) {
      time += milliseconds
      await vi.advanceTimersByTimeAsync(LOOK)
    }
  }

  it('ends a mail by the processor time that it takes', async () => {
    watch(() => time * 1000)
    await pass(10)
    expect(late).toEqual([])
    await pass(1)
    expect(late).toEqual(['Reading it took longer than 1 seconds.'])
  })

  it('ends a mail that waits for six times as long', async () => {
    watch(() => 0)
    await pass(60)
    expect(late).toEqual([])
    await pass(1)
    expect(late).toHaveLength(1)
  })

  it('does not blame a mail for a machine that stalls', async () => {
    watch(() => 0)
    await pass(1)
    await pass(20, 60_000)
    expect(late).toEqual([])
  })
})
