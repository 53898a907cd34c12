import { expect, it } from 'vitest'
import { packBuffers, unpackBuffers } from '../../src/util/buffer-pack.js'

it.each([[[]], [['a']], [['', 'one', '', 'two\0', '']]])(
  'gives back what was packed: %j',
  (texts: string[]) => {
    const packed = packBuffers(texts.map((text) => Buffer.from(text)))
    expect(packed.bytes.buffer.byteLength).toBe(texts.join('').length)
    expect(unpackBuffers(structuredClone(packed, { transfer: [packed.bytes.buffer] })).map(String)).toEqual(
      texts,
    )
  },
)
