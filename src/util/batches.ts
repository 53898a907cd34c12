/** Maximum number of mails in one transaction: enough to share its costs, few enough not to delay other writers. */
const MAX_MAILS = 64
const MAX_BYTES = 4 * 1024 * 1024

/** Cuts a list into parts of at most `size` items. */
export function* inParts<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/** Groups items into batches of at most `maxItems` that are limited in bytes, too. */
export async function* inBatches<T extends { bytes: Uint8Array }>(
  items: AsyncIterable<T>,
  maxItems = MAX_MAILS,
): AsyncGenerator<T[]> {
  let batch: T[] = []
  let size = 0
  for await (const item of items) {
    batch.push(item)
    size += item.bytes.length
    if (batch.length >= maxItems || size >= MAX_BYTES) {
      yield batch
      batch = []
      size = 0
    }
  }
  if (batch.length > 0) yield batch
}
