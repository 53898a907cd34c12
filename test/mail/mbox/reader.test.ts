import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src/mail/limits.js'
import { splitMbox } from '../../../src/mail/mbox/reader.js'
import { expectLinear } from '../../support/linear.js'

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function split(text: string, size = 1 << 16, onSkip?: (bytes: number) => void): Promise<string[]> {
  const mails: string[] = []
  for await (const mail of splitMbox(inChunks(Buffer.from(text), size), onSkip))
    mails.push(Buffer.from(mail).toString())
  return mails
}

/** The mails of an archive, and the bytes that belong to none. */
async function splitAll(text: string, size: number): Promise<{ mails: string[]; skipped: number }> {
  let skipped = 0
  const mails = await split(text, size, (bytes) => (skipped += bytes))
  return { mails, skipped }
}

const TIME = 'Mon Jan  1 10:00:00 2026'
const ARCHIVE = `From a@x ${TIME}\nSubject: 1\n\nHi\n>From me\n From you\nFromage\n\nFrom b@x ${TIME}\nSubject: 2\n\nlast`

/** A mail with a folded header. */
function numbered(id: number): string {
  return `From: a@x\n\tfolded\nX-Y: z\nMessage-ID: <${id}@x>\n\nwords\n`
}

/** Splits archives in which many lines might begin a mail. */
async function splitMany(count: number): Promise<void> {
  await split(`From a ${TIME}\n${'\nFrom A\nX-Y: z\nTo: z\n'.repeat(count)}`, 4096)
  await split(`From a ${TIME}\n\nFrom A\n${'X-Y: z\n'.repeat(count)}`, 4096)
}

/** Chunks in one buffer, as a file is read. */
async function* inOneBuffer(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size)
  for (let at = 0; at < bytes.length; at += size)
    yield buffer.subarray(0, bytes.copy(buffer, 0, at, at + size))
  buffer.fill(0)
}

describe('splitMbox', () => {
  it.each([1, 7, 100, 1 << 16])('yields mails that outlive chunks of %i bytes', async (size) => {
    const mails = Array.from({ length: 200 }, (_, id) => numbered(id))
    const archive = mails.map((each) => `From a ${TIME}\n${each}\n`).join('')
    const found: Uint8Array[] = []
    for await (const mail of splitMbox(inOneBuffer(Buffer.from(archive), size))) found.push(mail)
    expect(found.map((mail) => Buffer.from(mail).toString())).toEqual(mails)
  })

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
    expect(await split(`From a ${TIME}\nx\nFrom b ${TIME}\ny\n\n\nFrom c ${TIME}\n`)).toEqual([
      'x\n',
      'y\n\n',
      '',
    ])
  })

  it.each([
    `From me ${TIME.slice(0, 10)}`,
    'From here on, differently',
    'From mira@example.org there was a hint',
    'From the list: at 10:00 it is lit',
    'From a at 10:00:00 89',
    `From ${'x'.repeat(1200)} ${TIME}`,
  ])('leaves what git mailsplit takes for text: %j', async (line) => {
    for (const text of [`a\n${line}\nb`, `a\n\n${line}\n\nb`, `a\n\n${line}\nNote: b\n\nc`])
      expect(await split(`From a ${TIME}\n${text}`)).toEqual([text])
  })

  it.each([1, 7, 1 << 16])(
    'takes a short line after a blank one and above headers, in chunks of %i',
    async (size) => {
      expect(await split(`From A\n${numbered(1)}\nFrom A\n${numbered(2)}`, size)).toEqual([
        numbered(1),
        numbered(2),
      ])
      expect(await split(`From A\n${numbered(1)}From A\n${numbered(2)}`, size)).toEqual([
        `${numbered(1)}From A\n${numbered(2)}`,
      ])
    },
  )

  it('reads many lines that might begin a mail in linear time', async () => {
    await expectLinear(splitMany, { size: 10_000 })
  })

  it('finds nothing in an empty file or before the first mail', async () => {
    expect(await split('')).toEqual([])
    expect(await split('no mail\nat all\n')).toEqual([])
    expect(await split(`junk\nFrom a ${TIME}\nx`)).toEqual(['x'])
    expect(await split(`From a ${TIME}`)).toEqual([''])
  })

  it.each([1, 2, 5, 1 << 16])('loses no mail at the start of a file, in chunks of %i', async (size) => {
    const mail = numbered(1)
    const second = `From b ${TIME}\nx`
    for (const start of ['', '\n', '\r\n\n', '\ufeff', '\ufeff\r\n'])
      for (const from of [`From a ${TIME}\n`, 'From A\n', ''])
        expect(await splitAll(`${start}${from}${mail}\n${second}`, size)).toEqual({
          mails: [mail, 'x'],
          skipped: 0,
        })
    expect(await splitAll(`>From a ${TIME}\n${mail}\n${second}`, size)).toEqual({
      mails: [`>From a ${TIME}\n${mail}`, 'x'],
      skipped: 0,
    })
    expect(await splitAll(mail, size)).toEqual({ mails: [mail], skipped: 0 })
  })

  it.each([1, 1 << 16])('says how much text is before the first mail, in chunks of %i', async (size) => {
    expect(await splitAll('no mail\nat all', size)).toEqual({ mails: [], skipped: 14 })
    expect(await splitAll(`\n\njunk\n\nFrom a ${TIME}\nx`, size)).toEqual({ mails: ['x'], skipped: 6 })
    expect(await splitAll('\ufeff', size)).toEqual({ mails: [], skipped: 0 })
    expect(await splitAll('\ufefe', size)).toEqual({ mails: [], skipped: 3 })
    expect(await splitAll('\n \n', size)).toEqual({ mails: [], skipped: 2 })
  })

  it('ends with what may have become a From line', async () => {
    expect(await split(`From a ${TIME}\nx\nFro`, 1)).toEqual(['x\nFro'])
    expect(await split(`From a ${TIME}\nx\n\nFrom b\nTo: c`, 1)).toEqual(['x\n\nFrom b\nTo: c'])
  })

  it('cuts a mail one byte past the limit and goes on with the next', async () => {
    const sizes: number[] = []
    for await (const mail of splitMbox(endless())) sizes.push(mail.length)
    expect(sizes).toEqual([LIMITS.mailBytes + 1, 4])
  })
})

async function* endless(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(8 * 1024 * 1024, 'x')
  yield Buffer.from(`From a ${TIME}\n`)
  for (let size = 0; size <= LIMITS.mailBytes; size += chunk.length) yield chunk
  yield Buffer.from(`\nFrom b ${TIME}\nnext`)
}
