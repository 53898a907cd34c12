import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hashDiff } from '../../src/mail/diff.js'
import { fileNames } from '../../src/mail/diff-files.js'
import { decodeHeader, headerFields } from '../../src/mail/headers.js'
import { LIMITS } from '../../src/mail/limits.js'
import { splitMbox } from '../../src/mail/mbox/reader.js'
import { formatMbox } from '../../src/mail/mbox/writer.js'
import { parseMail } from '../../src/mail/parse.js'
import { authorOf } from '../../src/mail/sender.js'
import { parseSubject } from '../../src/mail/subject.js'
import { countTags } from '../../src/mail/trailers.js'

const FIXTURES = join(import.meta.dirname, '../fixtures/mail')
const LIST = 'boats@example.org'
/** Beyond the time that it is to take, a run hangs. */
const HANG_MS = 1_800_000
const SECONDS = Number(process.env.PATCHWORK_FUZZ_SECONDS ?? 3)

/** Mutations that once broke something; they are tried first. */
const SEEDS = JSON.parse(readFileSync(join(FIXTURES, 'seeds.json'), 'utf8')) as number[]

const NAMES = readdirSync(FIXTURES).filter((name) => name.endsWith('.eml'))
const SOURCES = NAMES.map((name) => readFileSync(join(FIXTURES, name)))

const RUNS = ['\n', '\r\n', '\0', '[', '<', '@', '"', '(', 're: ', '=?', '=?utf-8?b?', ',', ' ', '\t', '\\']
  .concat(['--', '--in\n', 'diff ', '--- a\n', '+++ b\n', '@@ -1 +1 @@\n', 'Depends-on: <a@b>\n', '\ud83d'])
  .concat([
    'Content-Type: multipart/mixed; boundary=in\n\n--in\n',
    'From ',
    '🛶',
    '\ufeff',
    '=',
    ' via ',
    '/',
  ])

/** Numbers that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

type Random = ReturnType<typeof randomFrom>

function insert(bytes: Buffer, at: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
}

const MUTATIONS: Array<(bytes: Buffer, random: Random) => Buffer> = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes)
    const at = random(copy.length)
    if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << random(8))
    return copy
  },
  function splice(bytes, random) {
    const other = SOURCES[random(SOURCES.length)] as Buffer
    const start = random(other.length)
    return insert(bytes, random(bytes.length), other.subarray(start, start + random(400)))
  },
  function repeatLine(bytes, random) {
    const start = bytes.indexOf(10, random(bytes.length)) + 1
    const end = bytes.indexOf(10, start) + 1
    return insert(bytes, random(2) ? start : 0, bytes.subarray(start, Math.max(start, end)))
  },
  function remove(bytes, random) {
    const start = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random(60))])
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, bytes.length - random(bytes.length / 2))
  },
  function insertRun(bytes, random) {
    const run = (RUNS[random(RUNS.length)] as string).repeat(1 + random(300))
    return insert(bytes, random(bytes.length), Buffer.from(run))
  },
]

function mutate(seed: number): Buffer {
  const random = randomFrom(seed)
  let bytes = SOURCES[random(SOURCES.length)] as Buffer
  for (let steps = 1 + random(8); steps > 0; steps--)
    bytes = (MUTATIONS[random(MUTATIONS.length)] as (typeof MUTATIONS)[number])(bytes, random)
  return bytes
}

/** What is wrong with a text that is meant for the database, if anything. */
function faultOf(text: string | undefined, length = Number.POSITIVE_INFINITY): string | undefined {
  if (text === undefined) return undefined
  if (typeof text !== 'string') return `is ${typeof text}`
  if (text.includes('\0')) return 'has a NUL'
  if (!text.isWellFormed()) return 'has half a character'
  return text.length > length && Array.from(text).length > length ? 'is too long' : undefined
}

function faultOfAny(texts: string[], length?: number): string | undefined {
  return texts.map((text) => faultOf(text, length)).find((fault) => fault !== undefined)
}

function faultsOf(bytes: Buffer): string[] {
  const mail = parseMail(bytes)
  const subject = parseSubject(mail.subject ?? '', ['boats'])
  const author = mail.sender && authorOf(mail.sender, LIST)
  const lines = [mail.subject, mail.messageId, author?.name, author?.email, subject.name].join('')
  const values = headerFields(mail.headers).map(([, value]) => decodeHeader(value))
  const faults = {
    headers: faultOf(mail.headers),
    content: faultOf(mail.content),
    diff: faultOf(mail.diff),
    pullUrl: faultOf(mail.pullUrl),
    subject: faultOf(mail.subject),
    messageId: faultOf(mail.messageId, LIMITS.name),
    name: faultOf(subject.name, LIMITS.name),
    author: faultOfAny([author?.name ?? '', author?.email ?? ''], LIMITS.name),
    references: faultOfAny(mail.references, LIMITS.name),
    others: faultOfAny([...mail.listIds, ...mail.dependsOn, ...subject.prefixes, ...mail.problems]),
    values: faultOfAny(values),
    lines: /[\r\n]/.test(lines) ? 'break' : undefined,
    date: /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)?$/.test(mail.date ?? '') ? undefined : mail.date,
    version: Number.isSafeInteger(subject.version) ? undefined : 'is no integer',
    tooMany: mail.references.length > LIMITS.references || mail.dependsOn.length > LIMITS.dependencies,
    reply: mail.isReply && mail.diff !== undefined ? 'has a diff' : undefined,
    hash: /^[0-9a-f]{40}$/.test(hashDiff(mail.diff ?? '')) ? undefined : 'is none',
    files: faultOfAny(fileNames(mail.diff ?? '')),
    download: faultOfDownload(mail.headers, mail.content, mail.diff, mail.subject),
  }
  countTags(mail.content, [{ id: 1, pattern: '^Acked-by:' }])
  return Object.entries(faults)
    .filter(([, fault]) => fault)
    .map(([name, fault]) => `${name} ${fault}`)
}

/** A download's headers are ASCII, each line one that begins or continues a header, and end where ours do. */
function faultOfDownload(
  headers: string,
  content: string,
  diff: string | undefined,
  subject: string | undefined,
): string | undefined {
  const submitter = { name: subject ?? null, email: 'a@b' }
  const text = formatMbox({
    id: 1,
    date: '2026-03-03T10:00:00',
    submitter,
    delegate: subject,
    listEmail: LIST,
    headers,
    content,
    diff: diff ?? null,
    replies: [content],
  })
  const lines = text.slice(0, text.indexOf('\n\n')).split('\n').slice(1)
  const wrong = lines.find((line) => !/^(?:[!-9;-~]+:|[ \t]+[^ \t])[^\r\x80-\uffff]*$/.test(line))
  return wrong === undefined ? faultOf(text) : JSON.stringify(wrong)
}

function check(seed: number): void {
  expect({ seed, faults: faultsOf(mutate(seed)) }).toEqual({ seed, faults: [] })
}

describe('mutated mail', () => {
  it('is made from fixtures that are sound themselves', () => {
    expect(NAMES.length).toBeGreaterThan(4)
    for (const source of SOURCES) expect(faultsOf(source)).toEqual([])
  })

  it('never throws, and gives only what the database takes', { timeout: SECONDS * 1000 + HANG_MS }, () => {
    for (const seed of SEEDS) check(seed)
    const first = Date.now() % 1_000_000_000
    for (let seed = first, end = Date.now() + SECONDS * 1000; Date.now() < end; seed++) {
      try {
        check(seed)
      } catch (error) {
        throw new Error(`seed ${seed} belongs into seeds.json`, { cause: error })
      }
    }
  })

  it('comes out of an archive as it went in, wherever the chunks end', async () => {
    for (let seed = 1; seed < 200; seed++) {
      const random = randomFrom(seed)
      const mails = [mutate(seed), mutate(-seed)].map((bytes) =>
        bytes.toString('latin1').replace(/^From /gm, '>From '),
      )
      const archive = Buffer.from(
        mails.map((text) => `From x Thu Jan  1 00:00:00 1970\n${text}\n\n`).join(''),
        'latin1',
      )
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < archive.length; ) {
          const size = 1 + random(3000)
          yield archive.subarray(at, at + size)
          at += size
        }
      }
      const found: string[] = []
      for await (const bytes of splitMbox(chunks())) found.push(Buffer.from(bytes).toString('latin1'))
      expect(found).toEqual(mails.map((text) => `${text}\n`))
    }
  })
})
