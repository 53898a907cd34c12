// Measures what README quotes.
//
//   npm run bench -- ARCHIVE [LIST-ID]      an mbox, gzipped or not, to fill both databases with
//
// Beside each rate of the server stands the limit: a bare node:http server that sends the same bytes, which it has at
// hand, and the same 304, measured in the same run and in turns.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { freePort, startPostgres } from '../scripts/postgres.mjs'
import { waitForServer } from '../scripts/wait-for-server.mjs'
import { compareCold, measureAnswers, printTableHead, printTableRow, warmUp } from './answers.mjs'
import { measureChecks, serveDurably } from './checks.mjs'
import { measureHostileMail } from './hostile-mail.mjs'
import { measureHostilePages } from './hostile-pages.mjs'
import { measureRangeDiff, twoVersions } from './range-diff.mjs'
import { addProject, BOT_TOKEN, DEMO_ARCHIVE, DEMO_LIST_ID, run, startServer } from './server.mjs'

/** No mail that was made to take long may take longer, and no page of such mails; the run fails if one does. */
const MOST_MILLISECONDS = 50
const MOST_FOR_PAGES = 1000
const MOST_FOR_RANGE_DIFF = 50

/** Headers that Node.js adds to every answer. */
const OF_NODE = new Set(['date', 'connection', 'keep-alive'])

if (isMainThread) await main()
else if (workerData.file) serveDurably(workerData.file, workerData.port)
else serveBytes(workerData)

async function main() {
  const [archive = DEMO_ARCHIVE, listId = DEMO_LIST_ID] = process.argv.slice(2)
  console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}`)
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-bench-'))
  const sqlite = `sqlite:${join(folder, 'bench.db')}`
  await measureDatabase('SQLite', sqlite, archive, listId)
  const postgres = await startPostgres({ isDurable: true })
  try {
    const url = await postgres.createDatabase('bench')
    await measureDatabase('PostgreSQL', url, archive, listId)
    await compareDatabases(sqlite, url)
  } finally {
    await postgres.stop()
  }
  for (const { name, milliseconds } of measureHostileMail())
    tell(`64 KB of ${name}`, milliseconds, MOST_MILLISECONDS)
  for (const { name, milliseconds } of await measureHostilePages())
    tell(`the page of ${name}`, milliseconds, MOST_FOR_PAGES)
}

function tell(name, milliseconds, most) {
  const isSlow = milliseconds >= most
  if (isSlow) process.exitCode = 1
  console.log(`${name}: ${milliseconds.toFixed(1)} ms${isSlow ? ', which is too slow' : ''}`)
}

async function measureDatabase(label, url, archive, listId) {
  const env = { ...process.env, PATCHWORK_DATABASE_URL: url }
  addProject(env, listId)
  const start = performance.now()
  const { stdout, stderr } = run(env, 'parsearchive', archive, '--list-id', listId)
  const seconds = (performance.now() - start) / 1000
  const mails = Number(/^(\d+) mails/.exec(stdout)?.[1])
  const memory = /Maximum resident set size \(kbytes\): (\d+)/.exec(stderr)?.[1]
  console.log(
    `${label}: import ${Math.round(mails / seconds)} mails/s${memory ? `, ${Math.round(memory / 1024)} MB` : ''}`,
  )
  const server = await startServer(env)
  const forgetful = await startServer({ ...env, PATCHWORK_ANSWER_CACHE: '0' })
  try {
    const named = await paths(server.base)
    for (const { base } of [server, forgetful])
      await warmUp(
        base,
        named.map(([, path]) => path),
      )
    printTableHead(label)
    for (const [name, path] of named)
      printTableRow(name, await measurePath(server.base, forgetful.base, path))
    console.log()
    await measurePosts(label, server.base)
    const versions = join(mkdtempSync(join(tmpdir(), 'patchwork-bench-')), 'versions.mbox')
    writeFileSync(versions, twoVersions())
    run(env, 'parsearchive', versions, '--list-id', listId)
    const compared = await measureRangeDiff(server.base)
    tell(`${label}: what changed between two versions of ten patches, p95`, compared, MOST_FOR_RANGE_DIFF)
  } finally {
    await Promise.all([server.stop(), forgetful.stop()])
  }
}

/** Both have the same mails. */
async function compareDatabases(sqlite, postgres) {
  const servers = []
  try {
    for (const url of [sqlite, postgres])
      servers.push(await startServer({ ...process.env, PATCHWORK_DATABASE_URL: url }))
    const [one, other] = servers.map(({ base }) => base)
    const named = await paths(one)
    for (const base of [one, other])
      await warmUp(
        base,
        named.map(([, path]) => path),
      )
    await compareCold(named, one, other)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** A bot posts its checks; the third time counts, as for a server that has been up for a while. */
async function measurePosts(label, base) {
  const patches = (await (await fetch(`${base}/api/patches/`)).json()).map(({ id }) => id)
  const { count, milliseconds } = await third(() => measureChecks(base, patches, BOT_TOKEN))
  const limitPort = await freePort()
  const file = join(mkdtempSync(join(tmpdir(), 'patchwork-bench-')), 'checks')
  const limit = new Worker(new URL(import.meta.url), { workerData: { file, port: limitPort } })
  await waitForServer(`http://127.0.0.1:${limitPort}/`)
  const least = await third(() => measureChecks(`http://127.0.0.1:${limitPort}`, patches, BOT_TOKEN))
  await limit.terminate()
  const [taken, most] = [milliseconds, least.milliseconds].map(Math.round)
  console.log(`${label}: ${count} checks posted in ${taken} ms (limit ${most} ms)`)
}

async function third(measure) {
  await measure()
  await measure()
  return await measure()
}

/** What is asked for, and its address. */
async function paths(base) {
  const series = await (await fetch(`${base}/api/series/`)).json()
  const small = series.find(({ received_total }) => received_total === 1)
  const [cover] = await (await fetch(`${base}/api/covers/`)).json()
  return [
    ['list of 30 patches', '/api/1.3/patches/'],
    ['list of 250 patches', '/api/1.3/patches/?per_page=250'],
    ['patch', '/api/1.3/patches/1/'],
    ['cover', `/api/1.3/covers/${cover.id}/`],
    ['list of 30 series', '/api/1.3/series/'],
    ['list of 30 events', '/api/1.3/events/'],
    ['list of 30 covers', '/api/1.3/covers/'],
    ['mbox of a series', `/series/${small.id}/mbox/`],
    // As people see them who have not logged in.
    ['page of 100 patches', '/project/bench/list/?state=*&archive=both'],
    ['page of 100 series', '/project/bench/list/?view=series&state=*&archive=both'],
  ]
}

async function measurePath(base, forgetful, path) {
  const body = Buffer.from(await (await fetch(base + path)).arrayBuffer())
  const notModified = await headersOfNotModified(base + path)
  const limitPort = await freePort()
  const limit = new Worker(new URL(import.meta.url), { workerData: { body, notModified, port: limitPort } })
  await waitForServer(`http://127.0.0.1:${limitPort}/`)
  const rates = await measureAnswers(base, path, {
    limit: `http://127.0.0.1:${limitPort}/`,
    forgetful,
    write: () => writeOnce(base),
  })
  await limit.terminate()
  return rates
}

/** What an address answers a conditional request with, except for what Node.js adds to every answer. */
async function headersOfNotModified(url) {
  const { status, headers } = await fetch(url, { headers: { 'if-none-match': '*' } })
  if (status !== 304) throw new Error(`${url} answered ${status} to a conditional request`)
  return [...headers].filter(([name]) => !OF_NODE.has(name)).flat()
}

/** Commits a check, which changes what every answer depends on. */
async function writeOnce(base) {
  const { status } = await fetch(`${base}/api/patches/1/checks/`, {
    method: 'POST',
    headers: { authorization: `Token ${BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ state: 'success', context: 'bench' }),
  })
  if (status !== 201) throw new Error(`A check was answered with ${status}`)
}

function serveBytes({ body, notModified, port }) {
  const bytes = Buffer.from(body)
  createServer((request, response) => {
    if (request.headers['if-none-match']) response.writeHead(304, notModified).end()
    else
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
        .end(bytes)
  }).listen(port, '127.0.0.1')
}
