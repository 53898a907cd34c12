// How long the pages take whose mails were made to take long: a diff of 5 MB, a line of 5 MB, code on which a
// colouring by patterns takes longest, and a thread of 5,000 comments.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../dist/app.js'
import { makeContext } from '../dist/cli/make-context.js'
import { readConfig } from '../dist/config/config.js'
import { connect } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrate.js'
import { transaction } from '../dist/db/transaction.js'
import { insertProject } from '../dist/domain/projects/updates.js'
import { ingest } from '../dist/ingest/ingest.js'

const MEGABYTE = 1_000_000
const COMMENTS = 5000

const file = (name, lines) =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`

const FILE = file('lamp.c', Array(50).fill('\tlamp_set(level, "bright"); /* <b> */'))

const PATCHES = {
  'a diff of 5 MB': FILE.repeat((5 * MEGABYTE) / FILE.length),
  'a line of 5 MB': file('lamp.c', ['x'.repeat(5 * MEGABYTE)]),
  'code that is hard to colour': file('lamp.cpp', Array(300).fill('a'.repeat(290))),
  'a thread of 5,000 comments': FILE,
}

/** The time of each page in milliseconds, the best of three. */
export async function measureHostilePages() {
  const url = `sqlite:${join(mkdtempSync(join(tmpdir(), 'patchwork-bench-')), 'pages.db')}`
  const db = connect(url, { isDurable: false })
  await migrate(db)
  await insertProject(db, { link_name: 'p', name: 'P', list_id: 'p.x', list_email: 'p@x' })
  await transaction(db, fill)
  const config = readConfig({ PATCHWORK_DATABASE_URL: url, PATCHWORK_LOG_LEVEL: 'silent' })
  const app = await buildApp(makeContext({ config, db }))
  const times = []
  for (const [index, name] of Object.keys(PATCHES).entries())
    times.push({ name, milliseconds: await bestOf(3, () => open(app, `/project/p/patch/${index}@x/`)) })
  await app.close()
  await db.destroy()
  return times
}

async function fill(db) {
  const now = new Date()
  const take = (id, subject, body, inReplyTo = '') =>
    ingest(
      db,
      Buffer.from(
        `From: a@x\nSubject: ${subject}\nMessage-Id: <${id}@x>\nList-ID: <p.x>\n${inReplyTo}\n${body}`,
      ),
      { now },
    )
  for (const [index, diff] of Object.values(PATCHES).entries())
    await take(index, '[PATCH] x', `x\n---\n${diff}`)
  const last = Object.keys(PATCHES).length - 1
  for (let number = 1; number <= COMMENTS; number++) {
    const parent = number === 1 ? last : `c${number - 1}`
    await take(`c${number}`, 'Re: x', '> quoted\nanswered\n'.repeat(20), `In-Reply-To: <${parent}@x>\n`)
  }
}

async function open(app, path) {
  const { statusCode } = await app.inject({ url: path, headers: { accept: 'text/html' } })
  if (statusCode !== 200) throw new Error(`${path} answers ${statusCode}.`)
}

async function bestOf(count, work) {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < count; run++) {
    const start = performance.now()
    await work()
    best = Math.min(best, performance.now() - start)
  }
  return best
}
