import { expect, it } from 'vitest'
import { HangWatch, MAX_UNANSWERED } from '../../../src/cli/workers/hang-watch.js'

class Worker {
  readonly pings: PromiseWithResolvers<void>[] = []

  ping(): Promise<void> {
    const ping = Promise.withResolvers<void>()
    this.pings.push(ping)
    return ping.promise
  }

  async answer(): Promise<void> {
    this.pings.at(-1)?.resolve()
    await this.pings.at(-1)?.promise
  }
}

const checks = (watch: HangWatch<Worker>, workers: Worker[], count: number) =>
  Array.from({ length: count }, () => watch.check(workers))

it('a worker hangs that has left some checks in a row unanswered, and is asked only once meanwhile', () => {
  const worker = new Worker()
  const found = checks(new HangWatch(), [worker], MAX_UNANSWERED + 2)
  expect(found).toEqual([...Array.from({ length: MAX_UNANSWERED }, () => []), [worker], [worker]])
  expect(worker.pings).toHaveLength(1)
})

it('a worker that answers late does not hang', async () => {
  const [worker, watch] = [new Worker(), new HangWatch<Worker>()]
  for (let round = 0; round < 3; round++) {
    expect(checks(watch, [worker], MAX_UNANSWERED).flat()).toEqual([])
    await worker.answer()
  }
  expect(worker.pings).toHaveLength(3)
})

it('a worker that cannot be asked hangs', async () => {
  const [worker, watch] = [new Worker(), new HangWatch<Worker>()]
  watch.check([worker])
  worker.pings[0]?.reject(new Error('gone'))
  await worker.pings[0]?.promise.catch(() => {})
  expect(checks(watch, [worker], MAX_UNANSWERED).at(-1)).toEqual([worker])
})

it('a worker hangs by itself', async () => {
  const [one, other] = [new Worker(), new Worker()]
  const watch = new HangWatch<Worker>()
  const found: Worker[][] = []
  for (let check = 0; check <= MAX_UNANSWERED; check++) {
    found.push(watch.check([one, other]))
    await other.answer()
  }
  expect(found.at(-1)).toEqual([one])
})
