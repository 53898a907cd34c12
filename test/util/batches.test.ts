import { expect, it } from 'vitest'
import { inBatches } from '../../src/util/batches.js'

/** The sizes of the batches that items of these sizes make. */
async function batchesOf(sizes: readonly number[], maxItems?: number): Promise<number[][]> {
  async function* items() {
    for (const size of sizes) yield { bytes: new Uint8Array(size) }
  }
  const batches: number[][] = []
  for await (const batch of inBatches(items(), maxItems)) batches.push(batch.map(({ bytes }) => bytes.length))
  return batches
}

const MB = 1024 * 1024

it('groups items by number, in their order', async () => {
  expect(await batchesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect((await batchesOf(Array.from({ length: 130 }, () => 1))).map(({ length }) => length)).toEqual([
    64, 64, 2,
  ])
})

it('ends a batch once it has four megabytes', async () => {
  expect(await batchesOf([3 * MB, 3 * MB, MB, 5 * MB, 1], 10)).toEqual([[3 * MB, 3 * MB], [MB, 5 * MB], [1]])
})

it('makes no batch of nothing', async () => {
  expect(await batchesOf([])).toEqual([])
})
