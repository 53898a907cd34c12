import { expect, it } from 'vitest'
import { pack, unpack } from '../../src/util/buffer-pack.js'

it.each([[[]], [['a']], [['', 'one', '', 'two\0', '']]])(
  'gives back what was packed: %j',
  (texts: string[]) => {
    const packed = pack(texts.map((text) => Buffer.from(text)))
    expect(packed.bytes.buffer.byteLength).toBe(texts.join('').length)
    expect(unpack(structuredClone(packed, { transfer: [packed.bytes.buffer] })).map(String)).toEqual(texts)
  },
)
