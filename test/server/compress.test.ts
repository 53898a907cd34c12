import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compress, compressStream, type Encoding } from '../../src/server/compress.js'

const UNPACK = { br: brotliDecompressSync, gzip: gunzipSync } as const

function compressed(body: string, encoding: Encoding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    compress(body, encoding, (error, result) => (result ? resolve(result) : reject(error)))
  })
}

describe('compression', () => {
  it.each(['br', 'gzip'] as const)('as %s takes many large bodies, a few at a time', async (encoding) => {
    const bodies = Array.from({ length: 7 }, (_, number) => `${number} lamps\n`.repeat(20_000))
    const results = await Promise.all(bodies.map((body) => compressed(body, encoding)))
    expect(results.map((result) => UNPACK[encoding](result).toString())).toEqual(bodies)
    expect(UNPACK[encoding](await compressed('small', encoding)).toString()).toBe('small')
  })

  it.each(['br', 'gzip'] as const)('as %s takes streams', async (encoding) => {
    const parts = Array.from({ length: 100 }, (_, number) => `${number} lamps\n`.repeat(1000))
    const result = await buffer(compressStream(Readable.from(parts, { objectMode: false }), encoding))
    expect(UNPACK[encoding](result).toString()).toBe(parts.join(''))
  })
})
