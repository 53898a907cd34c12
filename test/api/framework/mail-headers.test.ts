import { describe, expect, it } from 'vitest'
import { headersObject } from '../../../src/api/framework/mail-headers.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { mail } from '../../support/mail.js'
import { describeApi } from '../support.js'

const MARK = 'X-Patchwork-Headers-Cut'
const NAME = 'x-abcdefghijklmn'

/** One name in its spelling of this number: each bit says whether a letter is a capital. */
function spelling(number: number): string {
  return Array.from(NAME, (letter, index) =>
    (number >> (index - 2)) & 1 && index > 1 ? letter.toUpperCase() : letter,
  ).join('')
}

/** Headers of one name, each in another spelling and with a value of its own. */
function spellings(count: number, value = (number: number) => `value ${number}`): string {
  return Array.from({ length: count }, (_, number) => `${spelling(number)}: ${value(number)}`).join('\n')
}

function bytesOf(headers: object): number {
  return Buffer.byteLength(JSON.stringify(headers))
}

describe('headers', () => {
  it('have each name where it stood first, with all its values', () => {
    const text = 'To: a\nReceived: 1\nreceived-spf: pass\nReceived: 2\n__proto__: odd\nReceived: 3'
    expect(Object.entries(headersObject(text))).toEqual([
      ['To', 'a'],
      ['Received', ['1', '2', '3']],
      ['received-spf', 'pass'],
      ['__proto__', 'odd'],
    ])
  })

  it('have all values of a name below each of its spellings, up to four', () => {
    const values = ['value 0', 'value 1', 'value 2', 'value 3']
    const expected = values.map((_, number) => [spelling(number), values])
    expect(headersObject(spellings(4))).toEqual(Object.fromEntries(expected))
  })

  it('have a name in more than four spellings once, in its first, with all values', () => {
    const values = ['value 0', 'value 1', 'value 2', 'value 3', 'value 4']
    expect(headersObject(spellings(5))).toEqual({ [NAME]: values })
    const twice = `${spellings(5)}\n${spelling(3)}: again\nSubject: lamp`
    expect(headersObject(twice)).toEqual({ [NAME]: [...values, 'again'], Subject: 'lamp' })
  })

  it('of one name in 5,000 spellings are no larger than the text', () => {
    const text = spellings(5000)
    const headers = headersObject(text)
    expect(Object.keys(headers)).toEqual([NAME])
    expect(headers[NAME]).toHaveLength(5000)
    expect(bytesOf(headers)).toBeLessThan(text.length)
  })

  it('are cut at a megabyte together, however it is spread', () => {
    const long = 'v'.repeat(100_000)
    const texts = [
      // Values of one spelling, of several, and of many names; one value alone.
      Array.from({ length: 20 }, () => `X-Long: ${long}`).join('\n'),
      spellings(4, () => long),
      Array.from({ length: 20 }, (_, number) => `X-${number}: ${long}`).join('\n'),
      `X-One: ${long.repeat(20)}`,
    ]
    for (const text of texts) {
      const headers = headersObject(`Subject: lamp\n${text}\nX-Last: behind`)
      expect(headers.Subject).toBe('lamp')
      expect(headers['X-Last']).toBeUndefined()
      expect(Object.keys(headers).at(-1)).toBe(MARK)
      expect(headers[MARK]).toMatch(
        /^Headers beyond 1000000 characters are left out here; the mbox has them\.$/,
      )
      expect(bytesOf(headers)).toBeGreaterThan(900_000)
      expect(bytesOf(headers)).toBeLessThan(1_001_000)
    }
  })

  it('that have room are whole and not marked', () => {
    const value = 'v'.repeat(900_000)
    expect(headersObject(`X-Long: ${value}\nSubject: lamp`)).toEqual({ 'X-Long': value, Subject: 'lamp' })
  })
})

describeApi('the headers of a mail', (api) => {
  it.each([
    ['patch', '[PATCH] lamp: spelled', undefined, '/patches/5/'],
    ['cover letter', '[PATCH 0/2] lamps: spelled', undefined, '/covers/2/'],
    ['reply to a patch', 'Re: lamp 1', '1@x', '/patches/1/comments/3/'],
    ['reply to a cover letter', 'Re: lamps', '0@x', '/covers/1/comments/2/'],
  ])('are kept short: %s', async (_, subject, inReplyTo, path) => {
    const body = subject.includes('PATCH]') ? {} : { body: 'Lamps.\n' }
    const bytes = mail({
      id: 'odd@x',
      subject,
      headers: spellings(4900),
      ...(inReplyTo ? { inReplyTo } : {}),
      ...body,
    })
    await ingest(api.db, bytes, { now: new Date() })
    const { status, body: answer } = await api.get(path)
    expect([status, answer.msgid]).toEqual([200, '<odd@x>'])
    const names = Object.keys(answer.headers).filter((name) => name.toLowerCase() === NAME)
    expect(names).toEqual([NAME])
    expect(answer.headers[NAME]).toHaveLength(4900)
    expect(bytesOf(answer)).toBeLessThan(300_000)
  })

  it('are whole in its mbox where the API cuts them', async () => {
    const long = 'v'.repeat(250_000)
    const headers = [0, 1, 2, 3].map((number) => `${spelling(number)}: ${number}${long}`).join('\n')
    await ingest(api.db, mail({ id: 'odd@x', headers }), { now: new Date() })
    const { body } = await api.get('/patches/5/')
    expect(body.headers[MARK]).toContain('the mbox has them')
    expect(bytesOf(body.headers)).toBeLessThan(1_001_000)
    const mbox = await api.app.inject('/project/lamps/patch/odd@x/mbox/')
    for (const number of [0, 1, 2, 3])
      expect(mbox.body.replaceAll(/\n[ \t]+/g, '').includes(`${spelling(number)}: ${number}${long}`)).toBe(
        true,
      )
  })
})
