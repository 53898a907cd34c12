// Measures the most frequent requests on a database of a large installation.
//
//   npm run bench:scale -- [PATCHES] [DATABASE-URL]
//
// Fills a database with that many patches (by default 500,000, on both databases), and with the comments, checks
// and events in proportion, then sends the requests of git-pw, the netdev and BPF bots and browsers. Each figure
// is the median of several requests, one at a time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { connect } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrate.js'
import { freePort, startPostgres } from '../scripts/postgres.mjs'
import { waitForServer } from '../scripts/wait-for-server.mjs'
import { fillDatabase } from './large-database.mjs'

const ROUNDS = 7
const cli = join(resolve(import.meta.dirname, '..'), 'bin', 'patchwork')
const [count = '500000', only] = process.argv.slice(2)
const patches = Number(count)
const recent = new Date(Date.UTC(2016) + (patches - 60) * 60_000).toISOString().slice(0, 19)

const PATHS = {
  'git-pw: newest patches': '/api/1.2/patches/?order=-date&per_page=30',
  'git-pw: to be done in a project':
    '/api/1.2/patches/?project=large&state=new&state=under-review&archived=false',
  'git-pw: of a delegate': '/api/1.2/patches/?delegate=user8&project=large&order=-date',
  'git-pw: of a submitter': '/api/1.2/patches/?submitter=person42@example.org',
  'git-pw: newest series': '/api/1.2/series/?project=large&order=-date&per_page=30',
  'netdev: new series': `/api/1.3/series/?project=small&since=${recent}&order=date`,
  'netdev: new events': `/api/1.3/events/?project=large&category=patch-created&since=${recent}`,
  'BPF: patches by hash': '/api/1.2/patches/?hash=hash4711',
  'BPF: by message id': '/api/1.3/patches/?msgid=4711@example.org',
  'BPF: checks of a patch': '/api/1.3/patches/4711/checks/',
  'BPF: comments of a patch': '/api/1.3/patches/4711/comments/',
  'b4: one patch and the count': '/api/1.3/patches/?project=large&per_page=1',
  'search: a rare word': '/api/1.3/patches/?q=driver471',
  'search: a word of nearly all': '/api/1.3/patches/?q=mend&order=-id',
  'search: nothing': '/api/1.3/patches/?q=nowhere',
  'search: series': '/api/1.3/series/?q=driver471',
  'the last page': `/api/1.3/patches/?page=${Math.ceil(patches / 30)}`,
  'page: a list': '/project/large/list/',
  'page: a list, everything': '/project/large/list/?state=*&archive=both',
  'page: a search': '/project/large/list/?q=driver471&state=*&archive=both',
  'page: a patch': '/patch/4711/',
}

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}; ${count} patches`,
)
if (only) await measure(only, only)
else {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-scale-'))
  const postgres = await startPostgres()
  try {
    await measure('SQLite', `sqlite:${join(folder, 'scale.db')}`)
    await measure('PostgreSQL', await postgres.createDatabase('scale'))
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true })
  }
}

async function measure(label, url) {
  const db = connect(url, { isDurable: false })
  await migrate(db)
  const start = performance.now()
  await fillDatabase(db, patches)
  await db.destroy()
  console.log(`${label}: filled in ${Math.round((performance.now() - start) / 1000)} s`)
  const port = await freePort()
  const env = { ...process.env, PATCHWORK_DATABASE_URL: url }
  const server = spawn(process.execPath, [cli, 'serve', '--port', String(port)], { env, stdio: 'ignore' })
  try {
    const base = `http://127.0.0.1:${port}`
    await waitForServer(`${base}/api/`)
    for (const [what, path] of Object.entries(PATHS)) {
      const { milliseconds, status } = await median(base + path)
      console.log(`${label}: ${milliseconds.toFixed(1).padStart(8)} ms  ${status}  ${what}  ${path}`)
    }
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

async function median(url) {
  const times = []
  let status = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    const response = await fetch(url, { redirect: 'follow' })
    await response.arrayBuffer()
    times.push(performance.now() - start)
    status = response.status
  }
  return { milliseconds: times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)], status }
}
