/** Some byte strings in one, so that they go from thread to thread without being copied one by one. */
export interface BufferPack {
  bytes: Uint8Array<ArrayBuffer>
  /** Where each ends; the next begins there. */
  ends: number[]
}

export function packBuffers(parts: readonly Uint8Array[]): BufferPack {
  const bytes = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  const ends: number[] = []
  let end = 0
  for (const part of parts) {
    bytes.set(part, end)
    ends.push((end += part.length))
  }
  return { bytes, ends }
}

/** The parts as views of the packed buffer. */
export function unpackBuffers({ bytes, ends }: BufferPack): Buffer[] {
  const all = Buffer.from(bytes.buffer)
  return ends.map((end, index) => all.subarray(ends[index - 1] ?? 0, end))
}
