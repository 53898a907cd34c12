import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { countMails } from '../../../src/domain/mails/list.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const MAILS = [
  mail({ id: 'cover@x', subject: '[PATCH 0/2] lamps', body: 'Both.\n' }),
  mail({ id: 'one@x', subject: '[PATCH 1/2] one', inReplyTo: 'cover@x' }),
  mail({ id: 'two@x', subject: '[PATCH 2/2] two', inReplyTo: 'cover@x' }),
  mail({ subject: 'Re: [PATCH 1/2] one', inReplyTo: 'one@x', body: 'Good.\n' }),
  mail({ id: 'one@x', subject: '[PATCH 1/2] one', inReplyTo: 'cover@x' }),
  mail({ id: 'broken' }),
  mail({ headers: 'X-Patchwork-Hint: ignore' }),
  mail({ from: ' ' }),
]

const SUMMARY = `8 mails:
  1 covers
  2 patches
  1 comments
  1 duplicates
  1 dropped
  2 errors
    mail 6: It has no Message-Id, or a broken one.
    mail 8: It has no sender in From.
`

const folder = mkdtempSync(join(tmpdir(), 'patchwork-parsearchive-'))
const from = Buffer.from('From x Thu Jan  1 00:00:00 1970\n')
const mbox = Buffer.concat(MAILS.flatMap((each) => [from, each, Buffer.from('\n')]))
writeFileSync(join(folder, 'plain'), mbox)
writeFileSync(join(folder, 'packed.gz'), gzipSync(mbox))
for (const each of ['cur', 'new']) mkdirSync(join(folder, 'maildir', each), { recursive: true })
for (const [index, each] of MAILS.entries())
  writeFileSync(join(folder, 'maildir', index % 2 === 0 ? 'cur' : 'new', `${index + 1}.host`), each)
writeFileSync(join(folder, 'cut.gz'), gzipSync(mbox).subarray(0, -20))
writeFileSync(join(folder, 'text'), 'No mail is in here.\n'.repeat(1000))
writeFileSync(join(folder, 'empty'), '')
writeFileSync(join(folder, 'marked'), Buffer.concat([Buffer.from('\ufeff'), mbox]))
writeFileSync(join(folder, 'named.gz'), mbox)
writeFileSync(join(folder, 'unnamed'), gzipSync(mbox))
writeFileSync(join(folder, 'crlf'), Buffer.from(`\r\n${mbox.toString().replaceAll('\n', '\r\n')}`.trimEnd()))
writeFileSync(join(folder, 'junk'), Buffer.concat([Buffer.from('From the archive:\n\n'), mbox]))
writeFileSync(join(folder, 'single'), mail({ id: 'one@x', subject: '[PATCH] one' }))
for (const [name, magic] of Object.entries({
  'a.xz': 'fd377a585a0000',
  'a.bz2': '425a6839',
}))
  writeFileSync(join(folder, name), Buffer.from(magic, 'hex'))
afterAll(() => rmSync(folder, { recursive: true }))

describeOnEach('parsearchive', (fixture) => {
  beforeEach(async () => void (await addLamps(fixture.db)))

  const take = (name: string, ...words: string[]) =>
    runCli(fixture.url, 'parsearchive', join(folder, name), ...words)

  it.each(['plain', 'packed.gz', 'maildir', 'marked', 'named.gz', 'unnamed', 'crlf'])(
    'counts what the mails became, with a reason for each error: %s',
    async (name) => {
      expect(await take(name)).toEqual({ code: 0, out: SUMMARY, err: '' })
    },
  )

  it('finds nothing new the second time', async () => {
    await take('plain', '--list-id', 'lamps.example.org')
    const { out } = await take('packed.gz', '--list-id', 'lamps.example.org')
    expect(out).toContain('  0 covers\n  0 patches\n  0 comments\n  5 duplicates\n  1 dropped\n  2 errors\n')
  })

  it.each(['text', 'empty'])('finds no mail where there is none: %s', async (name) => {
    expect((await take(name)).out).toContain('0 mails:')
  })

  it('takes a file with one mail', async () => {
    expect((await take('single')).out).toContain('1 mails:\n  0 covers\n  1 patches\n')
  })

  it('says what belongs to no mail', async () => {
    expect(await take('junk')).toEqual({
      code: 0,
      out: SUMMARY,
      err: `patchwork: '${join(folder, 'junk')}': the first 19 bytes belong to no mail and were left out.\n`,
    })
    expect((await take('text')).err).toContain('the first 20000 bytes belong to no mail')
    expect((await take('empty')).err).toBe('')
  })

  it.each([
    ['a.xz', 'xz', 'xz -dc'],
    ['a.bz2', 'bzip2', 'bzip2 -dc'],
  ])('says what packed a file, and how to unpack it: %s', async (name, packer, command) => {
    expect(await take(name)).toEqual({
      code: 1,
      out: '',
      err: `patchwork: '${join(folder, name)}' is compressed by ${packer}: decompress it first, for example by '${command} FILE >list.mbox'.\n`,
    })
  })

  it.each([
    ['cut.gz', 'unexpected end of file'],
    [
      'maildir/cur',
      `'${join(folder, 'maildir/cur')}' is a folder, but not a Maildir: it has no folder 'cur'.`,
    ],
  ])('says what keeps it from being read to its end: %s', async (name, reason) => {
    expect(await take(name)).toEqual({ code: 1, out: '', err: `patchwork: ${reason}\n` })
  })

  it('reads in a thread, which ends with it', async () => {
    const threads = await threadsOf(() => take('plain'))
    expect(threads.map(({ threadId }) => threadId)).toEqual([ENDED])
  })

  // The thread starts before the command line is understood.
  it.each([
    ['an archive that is not there', ['nowhere']],
    ['a list that is not there', ['plain', '--list-id', 'nowhere']],
    ['an option that is not there', ['plain', '--nowhere']],
    ['another argument', ['plain', 'packed.gz']],
  ] as const)('writes nothing and leaves no thread if it is given %s', async (_, [name, ...words]) => {
    const threads = await threadsOf(async () => expect((await take(name, ...words)).code).toBe(1))
    expect(threads.map(({ threadId }) => threadId)).toEqual([ENDED])
    expect(await countMails(fixture.db)).toEqual({})
  })

  it('alone starts a thread', async () => {
    expect(await threadsOf(() => runCli(fixture.url, 'project', 'list'))).toEqual([])
  })
})

/** `threadId` of a thread that has ended. */
const ENDED = -1

/** The threads that start during `work`. */
async function threadsOf(work: () => Promise<unknown>): Promise<Worker[]> {
  const threads: Worker[] = []
  const add = (thread: Worker) => threads.push(thread)
  process.on('worker', add)
  try {
    await work()
  } finally {
    process.off('worker', add)
  }
  return threads
}
