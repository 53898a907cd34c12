import { describe, expect, it } from 'vitest'
import { parseAuthor } from '../../src/mail/address.js'
import { splitMbox } from '../../src/mail/archive.js'
import { fileNames, hashDiff } from '../../src/mail/diff.js'
import { formatMbox } from '../../src/mail/mbox.js'
import { parseMail } from '../../src/mail/parse.js'
import { parseSubject } from '../../src/mail/subject.js'
import { countTags } from '../../src/mail/trailers.js'
import { mail } from '../support/mail.js'

const RUNS = ['\n', '\r\n', '[', '[]', '<', '<>', '@', '"', '\\', '(', '()', 're: re: ', '=?', '=?utf-8?q?']
  .concat([
    '=?utf-8?q?a?= ',
    ',',
    ' ',
    '\t',
    '\n ',
    '-',
    '--x\n',
    '--x\nContent-Type: multipart/mixed; boundary=y\n\n',
  ])
  .concat([
    'diff ',
    '--- ',
    '--- a\n',
    '+++ b\n',
    '--- a\n+++ b\n',
    '@@ -1 +1 @@\n',
    'Index: a\nold mode \n',
    ';',
    '=',
  ])
  .concat([
    'Depends-on:',
    'Depends-on: <a@b>\n',
    'From \n',
    'a: b\n',
    ' at ',
    ' via ',
    '__\n',
    '1/',
    'é',
    'v1 ',
  ])
  .concat([
    'are available in the git repository at:\n',
    'are available in the git repository at:\n git://a/b\n',
  ])

/** Where a run can stand. */
const PLACES: Record<string, (run: string) => Buffer> = {
  subject: (run) => mail({ subject: run }),
  prefix: (run) => mail({ subject: `[PATCH ${run}] x` }),
  from: (run) => mail({ from: run }),
  date: (run) => mail({ date: run }),
  references: (run) => mail({ references: run }),
  'message id': (run) => Buffer.from(`Message-Id: ${run}\nList-Id: ${run}\nX-Patchwork-Hint: ${run}\n\nx`),
  boundary: (run) => mail({ headers: `Content-Type: multipart/mixed; boundary="${run}"`, body: run }),
  'content type': (run) => mail({ headers: `Content-Type: ${run}` }),
  charset: (run) => mail({ headers: `Content-Type: text/plain; charset=${run}`, body: 'é' }),
  cc: (run) => mail({ from: 'X via L <lamps@example.org>', headers: `Cc: ${run}\nReply-To: ${run}` }),
  headers: (run) => mail({ headers: run }),
  body: (run) => mail({ body: run }),
  reply: (run) => mail({ subject: 'Re: x', body: run }),
  'multipart body': (run) => mail({ headers: 'Content-Type: multipart/mixed; boundary=x', body: run }),
  'quoted-printable': (run) => mail({ headers: 'Content-Transfer-Encoding: quoted-printable', body: run }),
  hunk: (run) => mail({ body: `--- a\n+++ b\n@@ -1,9999999 +1,9999999 @@\n${run}` }),
  'text behind a hunk': (run) => mail({ body: `--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n${run}` }),
  'pull request': (run) =>
    mail({ body: `The following changes since commit 1\nare available in the git repository at:\n${run}` }),
}

const TAGS = ['^Acked-by:', '^Reviewed-by:', '^Tested-by:'].map((pattern, id) => ({ id, pattern }))

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** All that the program does with a mail. */
async function readWhole(bytes: Buffer): Promise<void> {
  const { headers, content, diff, subject } = parseMail(bytes)
  parseSubject(subject ?? '', ['lamps'])
  const submitter = { name: parseAuthor(headers, 'lamps@example.org')?.name ?? null, email: 'a@b' }
  const rest = { delegate: undefined, listEmail: 'lamps@example.org', replies: [content] }
  formatMbox({ id: 1, date: '2026-10-05T08:00:00', submitter, headers, content, diff: diff ?? null, ...rest })
  hashDiff(diff ?? content)
  fileNames(diff ?? content)
  countTags(content.slice(0, 10_000), TAGS)
  for await (const each of splitMbox(once(bytes))) expect(each).toBeDefined()
}

async function timeOf(bytes: Buffer): Promise<number> {
  const start = performance.now()
  await readWhole(bytes)
  return performance.now() - start
}

/** Below this many milliseconds a measurement is noise. */
const NOISE = 10

describe.each(Object.keys(PLACES))('a long run in the %s', (place) => {
  it.each(RUNS)('of %j costs no more than it is long', async (text) => {
    const build = PLACES[place] as (run: string) => Buffer
    const single = build(text.repeat((128 * 1024) / text.length))
    const double = build(text.repeat((256 * 1024) / text.length))
    let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    // The fastest of several: whatever else the machine does only ever adds.
    for (let round = 0; round < 10; round++) {
      short = Math.min(short, await timeOf(single))
      long = Math.min(long, await timeOf(double))
      if (long <= Math.max(3 * short, NOISE)) break
    }
    expect(long).toBeLessThanOrEqual(Math.max(3 * short, NOISE))
  })
})
