/** Maximum number of mails in one transaction: enough to share its costs, few enough not to delay other writers. */
const MAX_MAILS = 64
const MAX_BYTES = 4 * 1024 * 1024

/** Cuts a list into parts of at most `size` items. */
export function* inParts<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/**
 * Groups items into batches of at most `maxItems` that are limited in bytes, too. The first has at most `firstItems`, each
 * next one as many more: who waits for them can begin sooner.
 */
export async function* inBatches<T extends { bytes: Uint8Array }>(
  items: AsyncIterable<T>,
  maxItems = MAX_MAILS,
  firstItems = maxItems,
): AsyncGenerator<T[]> {
  let batch: T[] = []
  let [size, limit] = [0, firstItems]
  for await (const item of items) {
    batch.push(item)
    size += item.bytes.length
    if (batch.length >= limit || size >= MAX_BYTES) {
      yield batch
      batch = []
      size = 0
      limit = Math.min(limit + firstItems, maxItems)
    }
  }
  if (batch.length > 0) yield batch
}
