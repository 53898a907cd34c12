import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { decodeMail, encodeMail } from '../../../src/receive/journal/codec.js'

it.each([
  ['nothing', Buffer.alloc(0)],
  ['what compresses well', Buffer.alloc(100_000, 'lamp\n')],
  [
    'what does not compress',
    Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * index * 31) % 251)),
  ],
  ['any bytes', Buffer.from([0, 255, 13, 10, 128])],
])('keeps %s as it is', (_, bytes) => {
  const { digest, size, raw } = encodeMail(bytes)
  expect(decodeMail(raw).equals(bytes)).toBe(true)
  expect(size).toBe(bytes.length)
  expect(digest).toBe(createHash('sha256').update(bytes).digest('base64url'))
})
