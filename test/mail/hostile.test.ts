import { describe, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { PLACES, RUNS } from '../../bench/hostile-cases.mjs'
import { hashDiff } from '../../src/mail/diff.js'
import { fileNames } from '../../src/mail/diff-files.js'
import { splitMbox } from '../../src/mail/mbox/reader.js'
import { formatMbox } from '../../src/mail/mbox/writer.js'
import { parseMail } from '../../src/mail/parse.js'
import { authorOf } from '../../src/mail/sender.js'
import { parseSubject } from '../../src/mail/subject.js'
import { countTags } from '../../src/mail/trailers.js'
import { least, threadWork } from '../support/work.js'

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

/**
 * Milliseconds. What takes less is not quadratic: to look at each pair of 64 KB takes the fastest native search, 32 bytes
 * a nanosecond, five times as long.
 */
const PLAIN = 25
/** Milliseconds by which larger pieces of memory alone may multiply a measurement. */
const NOISE = 5
/** The small mail is this part of the large one. */
const PARTS = 8
/** How many times as long each byte of the large mail may take. */
const MOST = 3
/** The clock of a thread may tick in steps of 4 ms: from here on they do not matter. */
const ENOUGH = 20
/** What looks slower than it may is measured again until then. */
const PLENTY = 400

/** Milliseconds that this thread worked, whatever else the machine does. */
async function workTime(bytes: Buffer, times: number): Promise<number> {
  const read = async () => {
    for (let time = 0; time < times; time++) await readWhole(bytes)
  }
  return (await threadWork(read)) / 1000
}

/**
 * How many times as long each byte of the large mail takes as one of the small mail; 0 where both take next to nothing,
 * which larger pieces of memory alone can multiply. That is 1 for linear work and `PARTS` for quadratic work, with room between
 * them for memory that is slower once it no longer fits into a cache. The small mail is read as often as it fits into the
 * large one: so both leave equally much garbage. Ends early once they are clearly alike.
 */
async function measureGrowth(small: Buffer, large: Buffer): Promise<number> {
  let [short, long, noise] = [0, 0, 0]
  const isSlow = () => long > MOST * short && long > noise
  while ((short < ENOUGH && long < MOST * ENOUGH) || (isSlow() && long < PLENTY)) {
    short += await workTime(small, PARTS)
    long += await workTime(large, 1)
    noise += NOISE
  }
  return long > noise ? long / short : 0
}

interface Place {
  size: number
  build: (run: string) => Buffer
}

describe.each(Object.entries(PLACES as Record<string, Place>))('a long run as %s', (_, { size, build }) => {
  it.each(RUNS as string[])('of %j costs no more than it is long', async (text) => {
    const large = build(text.repeat(size / text.length))
    let long = Infinity
    for (let time = 0; time < 2; time++) {
      long = Math.min(long, await workTime(large, 1))
      if (long < PLAIN) return
    }
    const small = build(text.repeat(size / PARTS / text.length))
    if (long <= MOST * (await workTime(small, PARTS))) return
    expect(await least(() => measureGrowth(small, large), MOST)).toBeLessThanOrEqual(MOST)
  })
})
