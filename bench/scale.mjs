// Measures the paths of the API and the pages on a database of a large installation.
//
//   npm run bench:scale -- [PATCHES] [postgres|sqlite|DATABASE-URL] [--save FILE] [--against FILE]
//
// Fills a new database with that many patches (by default 100,000, on PostgreSQL), three times as many comments, twenty
// times as many checks and ten times as many events, then asks for each path several times, one at a time: with a parameter
// that is another each time, so that the server makes each answer anew. --save keeps the figures; --against shows how many times
// those of another size they are. See docs/scale.md.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { connect } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrate.js'
import { freePort, startPostgres } from '../scripts/postgres.mjs'
import { waitForServer } from '../scripts/wait-for-server.mjs'
import { median, memoryOf, percentile } from './figures.mjs'
import { fillDatabase, SERIES_LENGTH } from './large-database.mjs'

let asked = 0

const ROUNDS = 20
const WARM_UP = 3
const MAX_P95_MS = 50
const cli = join(resolve(import.meta.dirname, '..'), 'bin', 'patchwork')
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { save: { type: 'string' }, against: { type: 'string' } },
})
const [count = '100000', kind = 'postgres'] = positionals
const patches = Number(count)
const series = Math.ceil(patches / SERIES_LENGTH)
const recent = dateOf(patches - 60)

function dateOf(minutes) {
  return new Date(Date.UTC(2016) + minutes * 60_000).toISOString().slice(0, 19)
}

/** The 1,000th page of a list, or its last one where there are fewer. */
function far(rows, perPage = 30) {
  return Math.max(1, Math.min(1000, Math.floor(rows / perPage)))
}

/** The first page, a far one and the last one of each list; what `git-pw`, bots and browsers ask; each kind of page. */
const PATHS = [
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

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}; ${count} patches`,
)
const folder = mkdtempSync(join(tmpdir(), 'patchwork-scale-'))
const postgres = kind === 'postgres' ? await startPostgres() : undefined
try {
  await measure(await newDatabase())
} finally {
  await postgres?.stop()
  rmSync(folder, { recursive: true })
}

async function newDatabase() {
  if (postgres) return await postgres.createDatabase('scale')
  return kind === 'sqlite' ? `sqlite:${join(folder, 'scale.db')}` : kind
}

async function measure(url) {
  await fill(url)
  const port = await freePort()
  const env = { ...process.env, PATCHWORK_DATABASE_URL: url }
  const server = spawn(process.execPath, [cli, 'serve', '--port', String(port)], { env, stdio: 'ignore' })
  try {
    const base = `http://127.0.0.1:${port}`
    await waitForServer(`${base}/api/`, server)
    await askAll(base)
    console.log(`memory of the server: ${size(memoryOf(server.pid, 'VmHWM')).trim()}`)
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

async function fill(url) {
  const db = connect(url, { isDurable: false })
  await migrate(db)
  const start = performance.now()
  await fillDatabase(db, patches)
  console.log(`filled in ${Math.round((performance.now() - start) / 1000)} s`)
  if (!url.startsWith('sqlite:')) await showSizes(db)
  await db.destroy()
}

/** The largest tables of PostgreSQL and their indexes, in megabytes. */
async function showSizes(db) {
  const { rows } = await sql`select relname, pg_table_size(oid) as rows, pg_indexes_size(oid) as indexes
    from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
    order by pg_total_relation_size(oid) desc limit 8`.execute(db)
  for (const { relname, rows: table, indexes } of rows)
    console.log(`${relname.padEnd(16)} rows ${size(table)}, indexes ${size(indexes)}`)
}

function size(bytes) {
  return `${Math.round(Number(bytes) / 2 ** 20)} MB`.padStart(9)
}

async function askAll(base) {
  const before = options.against ? JSON.parse(readFileSync(options.against, 'utf8')) : {}
  const figures = {}
  const slow = []
  console.log('   p50     p95  times  status  path')
  for (const path of PATHS) {
    const { p50, p95, status } = await ask(base + path)
    figures[path] = p95
    const times = before[path] === undefined ? '' : (p95 / before[path]).toFixed(1)
    console.log(
      `${p50.toFixed(1).padStart(6)}  ${p95.toFixed(1).padStart(6)}  ${times.padStart(5)}  ${status}     ${path}`,
    )
    if (p95 > MAX_P95_MS) slow.push(path)
  }
  console.log(`${slow.length} of ${PATHS.length} paths take more than ${MAX_P95_MS} ms (p95)`)
  if (options.save) writeFileSync(options.save, JSON.stringify(figures))
}

async function ask(url) {
  const times = []
  let status = 0
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const start = performance.now()
    asked++
    const response = await fetch(`${url}${url.includes('?') ? '&' : '?'}_=${asked}`)
    await response.arrayBuffer()
    if (round >= 0) times.push(performance.now() - start)
    status = response.status
  }
  return { p50: median(times), p95: percentile(times, 95), status }
}
