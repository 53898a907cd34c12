// Measures the paths of the API and the pages on a database of a large installation.
//
//   npm run bench:scale -- [PATCHES] [postgres|sqlite] [--beside PATCHES]
//
// Fills a new database with that many patches (by default 100,000, on PostgreSQL), three times as many comments, twenty
// times as many checks and ten times as many events, then asks for each path several times, one at a time: with a parameter
// that is another each time, so that the server makes each answer anew. --beside fills a second database of another size, and asks
// a server of its own in turns with the first: so the mood of the machine is the same for both. See docs/scale.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { connect } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrate.js'
import { startPostgres } from '../scripts/postgres.mjs'
import { median, memoryOf, percentile } from './figures.mjs'
import { fillDatabase, SERIES_LENGTH } from './large-database.mjs'
import { machine, startServer } from './server.mjs'

let asked = 0

const ROUNDS = 20
const WARM_UP = 3
const MAX_P95_MS = 50
/** How many times as long a path may take as beside it. */
const MAX_TIMES = 2
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { beside: { type: 'string' } },
})
const [count = '100000', kind = 'postgres'] = positionals
/** How many patches each database has, the measured one first. */
const sizes = [count, options.beside].filter((size) => size !== undefined).map(Number)

function dateOf(minutes) {
  return new Date(Date.UTC(2016) + minutes * 60_000).toISOString().slice(0, 19)
}

/** The 1,000th page of a list, or its last one where there are fewer. */
function far(rows, perPage = 30) {
  return Math.max(1, Math.min(1000, Math.floor(rows / perPage)))
}

/**
 * The first page, a far one and the last one of each list; what `git-pw`, bots and browsers ask; each kind of page.
 * `patches`: how many the database has.
 */
function pathsOf(patches) {
  const series = Math.ceil(patches / SERIES_LENGTH)
  const recent = dateOf(patches - 60)
  return [
    ...Object.entries({ patches, covers: series, series, events: patches * 10 }).flatMap(([list, rows]) => [
      `/api/1.4/${list}/`,
      `/api/1.4/${list}/?page=${far(rows)}`,
      `/api/1.4/${list}/?page=last`,
      `/api/1.4/${list}/?cursor=&order=-id`,
    ]),
    '/api/1.4/',
    '/api/1.4/projects/',
    '/api/1.4/projects/large/',
    '/api/1.4/bundles/',
    '/api/1.4/bundles/1/',
    '/api/1.4/patches/4711/',
    '/api/1.4/patches/4711/comments/',
    '/api/1.4/patches/4711/checks/',
    '/api/1.4/covers/471/',
    '/api/1.4/covers/471/comments/',
    '/api/1.4/series/471/',
    '/api/1.2/patches/?order=-date&per_page=30',
    '/api/1.2/patches/?project=large&state=new&state=under-review&archived=false',
    `/api/1.2/patches/?project=large&page=${far(patches * 0.9)}`,
    '/api/1.2/patches/?delegate=user8&project=large&order=-date',
    '/api/1.2/patches/?submitter=person42@example.org',
    '/api/1.2/patches/?hash=hash4711',
    '/api/1.3/patches/?msgid=4711@example.org',
    '/api/1.3/patches/?project=large&per_page=1',
    '/api/1.3/patches/?project=large&per_page=250&order=-date',
    `/api/1.3/patches/?project=large&since=${recent}`,
    '/api/1.3/patches/?q=driver471',
    '/api/1.3/patches/?q=mend&order=-id',
    '/api/1.3/patches/?q=nowhere',
    '/api/1.2/series/?project=large&order=-date&per_page=30',
    `/api/1.3/series/?project=small&since=${recent}&order=date`,
    '/api/1.3/series/?q=driver471',
    `/api/1.3/events/?project=large&category=patch-created&since=${recent}`,
    '/api/1.3/events/?category=patch-completed',
    '/api/1.3/events/?patch=4711',
    '/',
    '/project/large/',
    '/project/large/list/',
    `/project/large/list/?page=${far(patches, 100)}&state=*&archive=both`,
    '/project/large/list/?state=*&archive=both',
    '/project/large/list/?q=driver471&state=*&archive=both',
    '/project/large/list/?submitter=42&state=*&archive=both',
    '/project/large/series/',
    '/patch/4711/',
    '/patch/4711/mbox/',
    '/series/471/',
    '/series/471/mbox/',
    '/cover/471/',
  ]
}

console.log(`${machine()}; ${sizes.join(' and ')} patches`)
const folder = mkdtempSync(join(tmpdir(), 'patchwork-scale-'))
const postgres = kind === 'postgres' ? await startPostgres() : undefined
const servers = []
try {
  for (const patches of sizes) servers.push(await startFilled(patches))
  await askAll()
  for (const { server, patches } of servers)
    console.log(
      `memory of the server of ${patches} patches: ${megabytes(memoryOf(server.pid, 'VmHWM')).trim()}`,
    )
} finally {
  await Promise.all(servers.map(({ server }) => server.stop()))
  await postgres?.stop()
  rmSync(folder, { recursive: true })
}

/** A server of its own on a database with that many patches. */
async function startFilled(patches) {
  const url = postgres
    ? await postgres.createDatabase(`scale${patches}`)
    : `sqlite:${join(folder, `${patches}.db`)}`
  await fill(url, patches)
  const server = await startServer({ ...process.env, PATCHWORK_DATABASE_URL: url })
  return { patches, server, paths: pathsOf(patches) }
}

async function fill(url, patches) {
  const db = connect(url, { isDurable: false })
  await migrate(db)
  const start = performance.now()
  await fillDatabase(db, patches)
  console.log(`${patches} patches filled in ${Math.round((performance.now() - start) / 1000)} s`)
  if (postgres) await showSizes(db)
  await db.destroy()
}

/** The largest tables of PostgreSQL and their indexes, in megabytes. */
async function showSizes(db) {
  const { rows } = await sql`select relname, pg_table_size(oid) as rows, pg_indexes_size(oid) as indexes
    from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
    order by pg_total_relation_size(oid) desc limit 8`.execute(db)
  for (const { relname, rows: table, indexes } of rows)
    console.log(`${relname.padEnd(16)} rows ${megabytes(table)}, indexes ${megabytes(indexes)}`)
}

function megabytes(bytes) {
  return `${Math.round(Number(bytes) / 2 ** 20)} MB`.padStart(9)
}

async function askAll() {
  const [slow, grown] = [[], []]
  console.log(`   p50     p95  ${options.beside ? 'times   p95  ' : ''}status  path`)
  for (const [index, path] of servers[0].paths.entries()) {
    const [its, beside] = await ask(index)
    const times = beside && [its.p50 / beside.p50, its.p95 / beside.p95]
    const columns = [column(its.p50, 6), column(its.p95, 6), ...(times ?? []).map((each) => column(each, 5))]
    console.log(`${columns.join('  ')}  ${its.status}     ${path}`)
    if (its.p95 > MAX_P95_MS) slow.push(path)
    if (times?.every((each) => each > MAX_TIMES)) grown.push(path)
  }
  console.log(`${slow.length} of ${servers[0].paths.length} paths take more than ${MAX_P95_MS} ms (p95)`)
  if (options.beside)
    console.log(`${grown.length} take more than ${MAX_TIMES} times what they take beside it, by both figures`)
}

function column(figure, width) {
  return figure.toFixed(1).padStart(width)
}

/** Asks the servers in turns for the path with that number, which is a page of its own in each database. */
async function ask(index) {
  const figures = servers.map(() => ({ times: [], status: 0 }))
  for (let round = -WARM_UP; round < ROUNDS; round++)
    for (const [place, { server, paths }] of servers.entries()) {
      const start = performance.now()
      figures[place].status = await read(server.base + paths[index])
      if (round >= 0) figures[place].times.push(performance.now() - start)
    }
  return figures.map(({ times, status }) => ({ p50: median(times), p95: percentile(times, 95), status }))
}

/** Reads an answer that is made anew, and returns its status. */
async function read(url) {
  asked++
  const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}_=${asked}`)
  await response.arrayBuffer()
  return response.status
}
