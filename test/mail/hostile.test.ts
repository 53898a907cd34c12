import { describe, expect, it } from 'vitest'
import { authorOf } from '../../src/mail/address.js'
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

const HEADER = 64 * 1024
const BODY = 128 * 1024

/** Where a run can stand. What is cut at 64 KB is measured below that: the cut must hide nothing. */
const PLACES: Record<string, { size: number; build: (run: string) => Buffer }> = {
  subject: { size: HEADER, build: (run) => mail({ subject: run }) },
  prefix: { size: HEADER, build: (run) => mail({ subject: `[PATCH ${run}] x` }) },
  from: { size: HEADER, build: (run) => mail({ from: run }) },
  date: { size: HEADER, build: (run) => mail({ date: run }) },
  references: { size: HEADER, build: (run) => mail({ references: run }) },
  'message id': {
    size: HEADER,
    build: (run) => Buffer.from(`Message-Id: ${run}\nList-Id: ${run}\nX-Patchwork-Hint: ${run}\n\nx`),
  },
  boundary: {
    size: HEADER,
    build: (run) => mail({ headers: `Content-Type: multipart/mixed; boundary="${run}"`, body: run }),
  },
  'content type': { size: HEADER, build: (run) => mail({ headers: `Content-Type: ${run}` }) },
  charset: {
    size: HEADER,
    build: (run) => mail({ headers: `Content-Type: text/plain; charset=${run}`, body: 'é' }),
  },
  cc: {
    size: HEADER,
    build: (run) => mail({ from: 'X via L <lamps@example.org>', headers: `Cc: ${run}\nReply-To: ${run}` }),
  },
  headers: { size: BODY, build: (run) => mail({ headers: run }) },
  body: { size: BODY, build: (run) => mail({ body: run }) },
  reply: { size: BODY, build: (run) => mail({ subject: 'Re: x', body: run }) },
  'multipart body': {
    size: BODY,
    build: (run) => mail({ headers: 'Content-Type: multipart/mixed; boundary=x', body: run }),
  },
  'quoted-printable': {
    size: BODY,
    build: (run) => mail({ headers: 'Content-Transfer-Encoding: quoted-printable', body: run }),
  },
  hunk: { size: BODY, build: (run) => mail({ body: `--- a\n+++ b\n@@ -1,9999999 +1,9999999 @@\n${run}` }) },
  'text behind a hunk': {
    size: BODY,
    build: (run) => mail({ body: `--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n${run}` }),
  },
  'pull request': {
    size: BODY,
    build: (run) =>
      mail({ body: `The following changes since commit 1\nare available in the git repository at:\n${run}` }),
  },
}

const TAGS = ['^Acked-by:', '^Reviewed-by:', '^Tested-by:'].map((pattern, id) => ({ id, pattern }))

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** All that the program does with a mail. */
async function readWhole(bytes: Buffer): Promise<void> {
  const { headers, content, diff, subject, sender } = parseMail(bytes)
  parseSubject(subject ?? '', ['lamps'])
  const name = sender && authorOf(sender, 'lamps@example.org').name
  const submitter = { name: name ?? null, email: 'a@b' }
  const rest = { delegate: undefined, listEmail: 'lamps@example.org', replies: [content] }
  formatMbox({ id: 1, date: '2026-10-05T08:00:00', submitter, headers, content, diff: diff ?? null, ...rest })
  hashDiff(diff ?? content)
  fileNames(diff ?? content)
  countTags(content.slice(0, 10_000), TAGS)
  let length = 0
  for await (const each of splitMbox(once(bytes))) length += each.length
  expect(length).toBeLessThanOrEqual(bytes.length)
}

/** Whatever takes less for the whole run is not quadratic in it. */
const NOISE = 5
/** The clock of a thread may tick in steps of 4 ms: from here on they do not matter. */
const ENOUGH = 20
/** What looks slower than it may is measured again until then. */
const PLENTY = 400

/** Milliseconds by the clock on the wall. */
async function wallTime(bytes: Buffer): Promise<number> {
  const start = performance.now()
  await readWhole(bytes)
  return performance.now() - start
}

/** Milliseconds that this thread worked, whatever else the machine does. */
async function workTime(bytes: Buffer, times: number): Promise<number> {
  const start = process.threadCpuUsage()
  for (let time = 0; time < times; time++) await readWhole(bytes)
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1000
}

/**
 * How many times as long the second mail takes as the first, which is half as long; 0 where both take next to
 * nothing, which larger pieces of memory alone can multiply. The first is read twice for each time that the
 * second is: so both leave equally much garbage. Ends early once they are clearly alike.
 */
async function measureGrowth(single: Buffer, double: Buffer): Promise<number> {
  let [short, long, noise] = [0, 0, 0]
  const isSlow = () => long > 3 * short && long > noise
  while ((short < ENOUGH && long < 3 * ENOUGH) || (isSlow() && long < PLENTY)) {
    short += (await workTime(single, 2)) / 2
    long += await workTime(double, 1)
    noise += NOISE
  }
  return long > noise ? long / short : 0
}

describe.each(Object.keys(PLACES))('a long run in the %s', (place) => {
  it.each(RUNS)('of %j costs no more than it is long', async (text) => {
    const { size, build } = PLACES[place] as (typeof PLACES)[string]
    const single = build(text.repeat(size / 2 / text.length))
    const double = build(text.repeat(size / text.length))
    if ((await wallTime(double)) < NOISE || (await wallTime(double)) < NOISE) return
    expect(await measureGrowth(single, double)).toBeLessThanOrEqual(3)
  })
})
