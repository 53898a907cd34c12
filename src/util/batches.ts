/** Maximum number of mails in one transaction: enough to share its costs, few enough not to delay other writers. */
const MAX_MAILS = 64
const MAX_BYTES = 4 * 1024 * 1024

/** Groups items into batches that are limited in number and in bytes. */
export async function* inBatches<T extends { bytes: Uint8Array }>(
  items: AsyncIterable<T>,
): AsyncGenerator<T[]> {
  let batch: T[] = []
  let size = 0
  for await (const item of items) {
    batch.push(item)
    size += item.bytes.length
    if (batch.length >= MAX_MAILS || size >= MAX_BYTES) {
      yield batch
      batch = []
      size = 0
    }
  }
  if (batch.length > 0) yield batch
}
