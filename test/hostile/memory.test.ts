import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { endWithFile } from '../support/children.js'
import { copyRow } from '../support/copy-row.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'

/** Requests at once, and the memory that the server may have meanwhile. */
const AT_ONCE = 16
const MAX_RSS = 600 * 1024 * 1024

const PATCHES = 5000
const BUNDLES = 100
const REPLIES = 40
const REPLY_BYTES = 16 * 1024 * 1024

/** What strangers and maintainers may have left behind: long replies, odd headers, and too many of everything. */
async function fill(db: Database): Promise<void> {
  await insertProject(db, {
    link_name: 'lamps',
    name: 'Lamps',
    list_id: 'lamps.example.org',
    list_email: 'l@x',
  })
  await ingest(db, mail({ id: '1@x' }), { now: new Date() })
  await ingest(db, mail({ id: 're@x', subject: 'Re: [PATCH] lamp', inReplyTo: '1@x' }), { now: new Date() })
  const owner = await addAccount(db, 'ola')
  await db
    .updateTable('patch_comments')
    .set({ content: 'lamp '.repeat(REPLY_BYTES / 5) })
    .execute()
  await db.updateTable('patch_texts').set({ headers: spellings() }).execute()
  await copyRow(db, 'patch_comments', 1, REPLIES - 1)
  await copyRow(db, 'patches', 1, PATCHES - 1)
  const { series_id } = await db.selectFrom('patches').select('series_id').executeTakeFirstOrThrow()
  await sql`insert into patch_relations default values`.execute(db)
  await sql`update patches set relation_id = 1, series_id = ${series_id}`.execute(db)
  await sql`insert into patch_texts (patch_id, headers, content, diff)
    select id, 'Subject: lamp', ${'lamp\n'.repeat(200)}, ${'+lamp\n'.repeat(500)} from patches where id > 1`.execute(
    db,
  )
  for (let number = 1; number <= BUNDLES; number++)
    await db
      .insertInto('bundles')
      .values({ owner_id: owner, project_id: 1, name: `b${number}`, public: true })
      .execute()
  await sql`insert into bundle_patches (bundle_id, patch_id, position)
    select bundles.id, patches.id, patches.id from bundles cross join patches`.execute(db)
}

/** One name in 5,000 spellings, each with a value. */
function spellings(): string {
  const name = 'x-abcdefghijklmn'
  const spelled = (number: number) =>
    Array.from(name)
      .map((letter, index) => ((number >> (index - 2)) & 1 && index > 1 ? letter.toUpperCase() : letter))
      .join('')
  return Array.from({ length: 5000 }, (_, number) => `${spelled(number)}: value ${number}`).join('\n')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** The built server as a process of its own. */
async function startServer(url: string): Promise<{ process: ChildProcess; base: string }> {
  const port = await freePort()
  const server = endWithFile(
    spawn(process.execPath, ['bin/patchwork', 'serve', '--port', String(port), '--no-cron'], {
      env: {
        ...process.env,
        PATCHWORK_DATABASE_URL: url,
        PATCHWORK_LOG_LEVEL: 'error',
        PATCHWORK_MAIL: 'folder:/dev/null',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  for await (const line of createInterface({ input: server.stdout })) {
    const [base] = /http:\/\/\S+[^/\s]/.exec(line) ?? []
    if (base) return { process: server, base }
  }
  throw new Error('The server did not start.')
}

/** What a client may want its answer compressed by; each takes memory of its own. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const

/** How a request ended; the answer is read and dropped. */
function ask(
  address: string,
  encoding: (typeof ENCODINGS)[number],
): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { 'accept-encoding': encoding } }, (response) => {
      response.resume()
      const { statusCode = 0, headers } = response
      response.on('end', () => resolve({ status: statusCode, retryAfter: headers['retry-after'] }))
      response.on('error', reject)
    }).on('error', reject)
  })
}

/** The most memory that a process has had since it was last asked to forget that. */
function peakOf(pid: number): number {
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

const ATTACKS = [
  ['long replies as a list', '/api/patches/1/comments/?per_page=250'],
  ['a header in 5,000 spellings', '/api/patches/1/'],
  ['large bundles', '/api/bundles/?per_page=250'],
  ['large relations', '/api/patches/?per_page=250'],
  ['a large series', '/api/series/1/'],
  ['a page with long replies', '/project/lamps/patch/1@x/'],
  ['a patch with long replies as a mail', '/project/lamps/patch/1@x/mbox/'],
  ['a large bundle as mails', '/bundle/ola/b1/mbox/'],
  ['a large series as mails', '/series/1/mbox/'],
  ['the page of a large bundle', '/bundle/ola/b1/'],
  ['the page of a large series', '/series/1/'],
] as const

describe.skipIf(process.platform !== 'linux')('the memory of the server', () => {
  describeOnEach(
    'stays small',
    (fixture) => {
      let server: Awaited<ReturnType<typeof startServer>>
      beforeAll(async () => {
        await fill(fixture.db)
        server = await startServer(fixture.url)
      }, 120_000)
      afterAll(() => server.process.kill())

      // One server answers all of them, as a server does that runs for long.
      it.each(
        ENCODINGS.flatMap((encoding) => ATTACKS.map(([name, path]) => [name, encoding, path] as const)),
      )(
        'for %s as %s',
        async (_, encoding, path) => {
          const pid = server.process.pid as number
          writeFileSync(`/proc/${pid}/clear_refs`, '5')
          const answers = await Promise.all(
            Array.from({ length: AT_ONCE }, () => ask(server.base + path, encoding)),
          )
          const peak = peakOf(pid)
          const isSent = answers.map(({ status }) => status === 200)
          console.log(
            `${Math.round(peak / 1e6)} MB, ${isSent.filter(Boolean).length} of ${AT_ONCE}: ${path} ${encoding}`,
          )
          // On a slow machine the last ones may be asked to come again.
          const others = answers.filter(({ status }) => status !== 200)
          for (const { status, retryAfter } of others) {
            expect(status).toBe(503)
            expect(retryAfter).toMatch(/^\d+$/)
          }
          expect(isSent).toContain(true)
          expect(peak).toBeLessThan(MAX_RSS)
        },
        120_000,
      )
    },
    'suite',
  )
})
