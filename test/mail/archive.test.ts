import { describe, expect, it } from 'vitest'
import { splitMbox } from '../../src/mail/archive.js'
import { LIMITS } from '../../src/mail/limits.js'

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function split(text: string, size = 1 << 16): Promise<string[]> {
  const mails: string[] = []
  for await (const mail of splitMbox(inChunks(Buffer.from(text), size)))
    mails.push(Buffer.from(mail).toString())
  return mails
}

const ARCHIVE =
  'From a@x Mon Jan  1\nSubject: 1\n\nHi\n>From me\n From you\nFromage\n\nFrom b\nSubject: 2\n\nlast'

describe('splitMbox', () => {
  it.each([1, 2, 3, 5, 7, 64, 1 << 16])(
    'splits at lines that start with From, in chunks of %i',
    async (size) => {
      expect(await split(ARCHIVE, size)).toEqual([
        'Subject: 1\n\nHi\n>From me\n From you\nFromage\n',
        'Subject: 2\n\nlast',
      ])
    },
  )

  it.each([1, 4, 1 << 16])('splits with CR LF, in chunks of %i', async (size) => {
    expect(await split(ARCHIVE.replaceAll('\n', '\r\n'), size)).toEqual([
      'Subject: 1\r\n\r\nHi\r\n>From me\r\n From you\r\nFromage\r\n',
      'Subject: 2\r\n\r\nlast',
    ])
  })

  it('needs no blank line between mails, and drops only one', async () => {
    expect(await split('From a\nx\nFrom b\ny\n\n\nFrom c\n')).toEqual(['x\n', 'y\n\n', ''])
  })

  it('finds nothing in an empty file or before the first mail', async () => {
    expect(await split('')).toEqual([])
    expect(await split('no mail\nat all\n')).toEqual([])
    expect(await split('junk\nFrom a\nx')).toEqual(['x'])
    expect(await split('From a')).toEqual([''])
  })

  it('ends with what may have become a From line', async () => {
    expect(await split('From a\nx\nFro', 1)).toEqual(['x\nFro'])
  })

  it('cuts a mail one byte past the limit and goes on with the next', async () => {
    const sizes: number[] = []
    for await (const mail of splitMbox(endless())) sizes.push(mail.length)
    expect(sizes).toEqual([LIMITS.mailBytes + 1, 4])
  })
})

async function* endless(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(8 * 1024 * 1024, 'x')
  yield Buffer.from('From a\n')
  for (let size = 0; size <= LIMITS.mailBytes; size += chunk.length) yield chunk
  yield Buffer.from('\nFrom b\nnext')
}
