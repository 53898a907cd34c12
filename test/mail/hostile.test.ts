import { describe, expect, it } from 'vitest'
import { parseAuthor } from '../../src/mail/address.js'
import { parseMail } from '../../src/mail/parse.js'
import { parseSubject } from '../../src/mail/subject.js'
import { mail, PATCH_BODY } from '../support/mail.js'

const RUNS = [
  '\n',
  '[',
  '<',
  '@',
  '"',
  '(',
  're: re: ',
  '=?',
  '=?utf-8?q?',
  ',',
  ' ',
  '--x\n',
  'diff ',
  '--- a\n',
  '\t',
]

/** Where a run can stand. */
const PLACES: Record<string, (run: string) => Buffer> = {
  subject: (run) => mail({ subject: run }),
  from: (run) => mail({ from: run }),
  references: (run) => mail({ references: run }),
  boundary: (run) => mail({ headers: `Content-Type: multipart/mixed; boundary=${run}` }),
  cc: (run) => mail({ from: 'X via L <lamps@example.org>', headers: `Cc: ${run}` }),
  body: (run) => mail({ body: run }),
  'multipart body': (run) => mail({ headers: 'Content-Type: multipart/mixed; boundary=x', body: run }),
}

function readWhole(bytes: Buffer): void {
  const parsed = parseMail(bytes)
  parseSubject(parsed.subject ?? '', ['lamps'])
  parseAuthor(parsed.headers, 'lamps@example.org')
}

function fastest(bytes: Buffer): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 4; run++) {
    const start = performance.now()
    readWhole(bytes)
    best = Math.min(best, performance.now() - start)
  }
  return best
}

/** Below this many milliseconds a measurement is noise. */
const NOISE = 8

describe.each(Object.keys(PLACES))('a long run in the %s', (place) => {
  it.each(RUNS)('of %j costs no more than it is long', (text) => {
    const build = PLACES[place] as (run: string) => Buffer
    const repeat = (size: number) => build(text.repeat(size / text.length))
    const single = fastest(repeat(256 * 1024))
    const double = fastest(repeat(512 * 1024))
    expect(double).toBeLessThan(Math.max(3 * single, NOISE))
  })
})

/** A small generator of numbers that gives the same ones for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function mutate(bytes: Buffer, seed: number): Buffer {
  const random = randomFrom(seed)
  let mutated = Buffer.from(bytes)
  for (let step = 0; step < 1 + random() * 8; step++) {
    const at = Math.floor(random() * mutated.length)
    const piece = mutated.subarray(Math.floor(random() * mutated.length)).subarray(0, random() * 200)
    const choice = Math.floor(random() * 4)
    if (choice === 0) mutated[at] = Math.floor(random() * 256)
    else if (choice === 1) mutated = Buffer.concat([mutated.subarray(0, at), piece, mutated.subarray(at)])
    else if (choice === 2)
      mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + piece.length)])
    else {
      const run = Buffer.from((RUNS[Math.floor(random() * RUNS.length)] as string).repeat(20))
      mutated = Buffer.concat([mutated.subarray(0, at), run, mutated.subarray(at)])
    }
  }
  return mutated
}

/** Seeds that once broke something; they are tried first. */
const KEPT_SEEDS: number[] = []

const SECONDS = Number(process.env.PATCHWORK_FUZZ_SECONDS ?? 3)

describe('mutated mail', () => {
  it('never throws and never gives what the database can not take', {
    timeout: (SECONDS + 20) * 1000,
  }, () => {
    const sources = [
      mail(),
      mail({ headers: 'Content-Type: multipart/mixed; boundary=x', body: `--x\n\n${PATCH_BODY}\n--x--\n` }),
      mail({ subject: '=?utf-8?q?Re:_[PATCH_v2_1/3]_=C3=A9?=', from: '=?utf-8?b?w6k=?= <a@b>' }),
    ]
    const end = Date.now() + SECONDS * 1000
    const first = Date.now() % 1_000_000
    for (let seed = -KEPT_SEEDS.length; seed < 0 || Date.now() < end; seed++) {
      const number = seed < 0 ? (KEPT_SEEDS.at(seed) as number) : first + seed
      for (const source of sources) {
        const parsed = parseMail(mutate(source, number))
        const texts = [
          parsed.content,
          parsed.diff ?? '',
          parsed.headers,
          parsed.subject ?? '',
          ...parsed.references,
        ]
        for (const text of texts)
          if (text.includes('\0') || !text.isWellFormed())
            expect.fail(`seed ${number} gives ${JSON.stringify(text)}`)
      }
    }
  })
})
