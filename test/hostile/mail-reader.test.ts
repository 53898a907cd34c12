import { afterEach, describe, expect, it } from 'vitest'
import { computeDigests } from '../../src/mail/digests.js'
import type { ParsedMail } from '../../src/mail/types.js'
import { MailReader } from '../../src/receive/journal/mail-reader.js'
import type { ParseResult } from '../../src/receive/journal/parse.js'
import { mail } from '../support/mail.js'
import { least, processWork, threadWork } from '../support/work.js'

const STALLING = new URL('./stalling-worker.mjs', import.meta.url)

const texts = (...mails: string[]) => mails.map((text) => Buffer.from(text))

/** What a result says, or why there is none. */
const said = (result: ParseResult) => (result instanceof Error ? result.message : result)

describe('the thread that reads mail', () => {
  let reader: MailReader
  afterEach(() => reader.close())

  it('is replaced when a mail takes too long, which alone fails', async () => {
    reader = new MailReader({ script: STALLING, timeout: 500 })
    const [one, two] = await Promise.all([
      reader.read(texts('a', 'stall', 'b', 'sleep', 'c')),
      reader.read(texts('d')),
    ])
    const late = 'Reading it took longer than 0.5 seconds.'
    expect(one.map(said)).toEqual(['a', late, 'b', late, 'c'])
    expect(two.map(said)).toEqual(['d'])
  })

  it('is replaced when it ends, or has no more memory', async () => {
    reader = new MailReader({ script: STALLING, memory: 64 })
    expect((await reader.read(texts('exit', 'a', 'memory', 'b'))).map(said)).toEqual([
      'The thread that reads mail ended.',
      'a',
      'Reading it took too much memory.',
      'b',
    ])
  })

  it('says so when it cannot be started', async () => {
    reader = new MailReader({ script: new URL('./no-such-worker.mjs', import.meta.url) })
    await expect(reader.read(texts('a'))).rejects.toThrow('Mail cannot be read')
  })

  it('takes the work from the thread that answers requests', async () => {
    reader = new MailReader()
    const body = '- x\n'.repeat(200_000)
    await reader.read([mail()])
    const read = async () => {
      const [reading] = await reader.read([Buffer.concat([mail(), Buffer.from(body)])])
      expect(reading).not.toBeInstanceOf(Error)
    }
    const ownShare = async () => {
      let own = 0
      const all = await processWork(async () => {
        own = await threadWork(read)
      })
      return own / all
    }
    expect(await least(ownShare, 0.5)).toBeLessThan(0.5)
  })

  it('computes in its thread what is stored besides', async () => {
    reader = new MailReader()
    const [reading] = await reader.read([mail()])
    const { digests, ...read } = reading as ParsedMail
    expect(digests).toEqual(computeDigests(read))
    expect(digests?.patch?.posted).toMatch(/^[0-9a-f]{64}$/)
  })

  it('reads a large mail of many parts within its memory', async () => {
    reader = new MailReader()
    const headers = 'Subject: [PATCH] x\nMessage-Id: <a@b>\nContent-Type: multipart/mixed; boundary=b\n\n'
    const text = `${headers}${'--b\n\ntext\n'.repeat(2000)}${'+ line of a diff\n'.repeat(1_000_000)}`
    const [reading] = await reader.read([Buffer.from(text)])
    expect(said(reading as ParseResult)).toMatchObject({ messageId: '<a@b>' })
  })
})
