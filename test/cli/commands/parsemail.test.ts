import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import * as journal from '../../../src/domain/mails/journal.js'
import { countMails } from '../../../src/domain/mails/list.js'
import * as ingestion from '../../../src/ingest/ingest.js'
import { LIMITS } from '../../../src/mail/limits.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { type MailOptions, mail } from '../../support/mail.js'

const ingestPrepared = vi.spyOn(ingestion, 'ingestPrepared')
const insertMails = vi.spyOn(journal, 'insertMails')

const folder = mkdtempSync(join(tmpdir(), 'patchwork-parsemail-'))
afterAll(() => {
  ingestPrepared.mockRestore()
  insertMails.mockRestore()
  rmSync(folder, { recursive: true })
})

function file(bytes: Buffer | string): string {
  const path = join(folder, 'mail')
  writeFileSync(path, bytes)
  return path
}

describeOnEach('parsemail', (fixture) => {
  beforeEach(async () => {
    ingestPrepared.mockReset()
    insertMails.mockReset()
    await addLamps(fixture.db)
  })

  const take = (options: MailOptions, ...words: string[]) =>
    runCli(fixture.url, 'parsemail', file(mail(options)), ...words)

  it('exits with 0 and says what the mail became', async () => {
    expect(await take({ id: 'p@x' })).toEqual({ code: 0, out: 'patch 1\n', err: '' })
    const duplicate = await take({ id: 'p@x' })
    expect([duplicate.code, duplicate.out]).toEqual([0, expect.stringMatching(/^duplicate: .+\n$/)])
    expect(await take({ subject: 'Re: x', inReplyTo: 'p@x', body: 'Good.' })).toMatchObject({
      out: 'comment 1\n',
    })
  })

  it('exits with 0 and says why a mail is ignored', async () => {
    expect(await take({ headers: 'X-Patchwork-Hint: ignore' })).toEqual({
      code: 0,
      out: 'ignored: X-Patchwork-Hint says so.\n',
      err: '',
    })
  })

  it('takes the mail for one of the list that it is told', async () => {
    expect((await take({}, '--list-id', 'lamps.example.org')).out).toBe('patch 1\n')
    expect((await take({}, '--list-id', 'boats.example.org')).out).toBe('ignored: No project has its list.\n')
  })

  it('reads standard input', async () => {
    const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor
    Object.defineProperty(process, 'stdin', { value: Readable.from([mail({})]), configurable: true })
    try {
      expect(await runCli(fixture.url, 'parsemail')).toMatchObject({ code: 0, out: 'patch 1\n' })
    } finally {
      Object.defineProperty(process, 'stdin', stdin)
    }
  })

  it.each([
    ['has no id', { id: 'broken' }, 'It has no Message-Id, or a broken one.'],
    ['has no sender', { from: ' ' }, 'It has no sender in From.'],
  ])('exits with 65 for a mail that %s', async (_, options, reason) => {
    const err = `patchwork: the mail was rejected: ${reason}\n`
    expect(await take(options)).toEqual({ code: 65, out: '', err })
  })

  it.each([
    ['nothing', ''],
    ['what is no mail', '\0\xff\0'],
  ])('exits with 65 for %s', async (_, bytes) => {
    expect((await runCli(fixture.url, 'parsemail', file(Buffer.from(bytes, 'latin1')))).code).toBe(65)
  })

  it('exits with 75 where the mail could not be stored', async () => {
    insertMails.mockRejectedValueOnce(new Error('the disk is full'))
    expect(await take({})).toEqual({
      code: 75,
      out: '',
      err: 'patchwork: It could not be stored: the disk is full\n',
    })
    expect(await countMails(fixture.db)).toEqual({})
  })

  it('exits with 0 once the journal has it, whatever happens then', async () => {
    ingestPrepared.mockRejectedValueOnce(new Error('a mistake of ours'))
    const { code, err } = await take({})
    expect([code, err]).toEqual([0, 'patchwork: the mail is in the journal, but failed: a mistake of ours\n'])
    expect(await countMails(fixture.db)).toEqual({ failed: 1 })
  })

  it('keeps what a mail that is too large begins with, and says so', async () => {
    const bytes = Buffer.concat([mail({}), Buffer.alloc(LIMITS.mailBytes, 'x\n')])
    const { code, out, err } = await runCli(fixture.url, 'parsemail', file(bytes))
    expect([code, out]).toEqual([0, 'patch 1\n'])
    expect(err).toContain(`what follows the first ${LIMITS.mailBytes} was cut`)
  })
})

it.each([
  ['postgres://127.0.0.1:1/patchwork'],
  ['sqlite:/dev/null/patchwork.db'],
  ['mysql://localhost/patchwork'],
])('exits with 75 where there is no database: %s', async (url) => {
  const { code, out, err } = await runCli(url, 'parsemail', file(mail({})))
  expect([code, out]).toEqual([75, ''])
  expect(err).toMatch(/^patchwork: It could not be stored: .+\n$/)
})
