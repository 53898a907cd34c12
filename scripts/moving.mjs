// Imports a recorded Python Patchwork, from every kind of source into both databases, and compares each result
// with the responses of the old server.
//
//   node scripts/moving.mjs FOLDER     the folder with upgrade/ (installations and recorded requests) and
//                                      conformance/replay.mjs
//
// Prints a line for each import, ends with `N passed, N failed`, and exits with 1 if anything failed.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { reportCounts } from './counts.mjs'
import { copyToMysql, hasMariadb, restoreDump, startMariadb } from './old-patchwork.mjs'
import { freePort, startPostgres } from './postgres.mjs'
import { waitForServer } from './wait-for-server.mjs'
import { withoutAdditions } from './without-additions.mjs'

const folder = resolve(process.argv[2] ?? '')
const cli = resolve(import.meta.dirname, '..', 'bin', 'patchwork')
const scratch = mkdtempSync(join(tmpdir(), 'patchwork-moving-'))
const dump = join(folder, 'upgrade', 'patchwork-3.3-postgresql.sql.gz')
const packed = join(folder, 'upgrade', 'patchwork-3.3-sqlite3.db.gz')
const totals = { passed: 0, failed: 0 }

const postgres = await startPostgres()
const mariadb = hasMariadb() ? await startMariadb() : undefined
try {
  const sources = [
    ['SQLite', packed],
    ['dump', dump],
    ['PostgreSQL', await livePostgres()],
    ...(mariadb ? [['MariaDB', await liveMariadb()]] : []),
  ]
  if (!mariadb) console.log('There is no MariaDB here to move from.')
  for (const [number, [label, source]] of sources.entries()) {
    await check(`${label} to SQLite`, source, `sqlite:${join(scratch, `${number}.db`)}`)
    await check(`${label} to PostgreSQL`, source, await postgres.createDatabase(`moved_${number}`))
  }
} finally {
  await mariadb?.stop()
  await postgres.stop()
  rmSync(scratch, { recursive: true, force: true })
}
reportCounts(totals)
process.exitCode = totals.failed > 0 ? 1 : 0

async function livePostgres() {
  const url = await postgres.createDatabase('old_patchwork')
  await restoreDump(url, dump)
  return url
}

async function liveMariadb() {
  const path = join(scratch, 'old.db')
  writeFileSync(path, gunzipSync(readFileSync(packed)))
  await copyToMysql(mariadb.socket, 'old_patchwork', path)
  return mariadb.url('old_patchwork')
}

/** Imports, imports again, compares with the source, and sends the recorded requests to the new server. */
async function check(label, source, databaseUrl) {
  const env = { ...process.env, PATCHWORK_DATABASE_URL: databaseUrl }
  const first = run(env, source)
  const again = run(env, source)
  const compared = run(env, source, '--verify')
  const isCarried = first.status === 0 && /^  events +547 added$/m.test(first.stdout)
  const isUnchanged = again.status === 0 && !/[1-9]\d* (added|changed|removed)/.test(again.stdout)
  const isAlike = compared.status === 0 && compared.stdout.includes('Everything is here.')
  count(isCarried, `${label}: not carried`, first)
  count(isUnchanged, `${label}: changed by another import`, again)
  count(isAlike, `${label}: not alike`, compared)
  const { passed, failed, details } = await replay(env)
  totals.passed += passed
  totals.failed += failed
  console.log(`${label}: ${passed} of ${passed + failed}`)
  if (failed > 0) console.log(details)
}

function run(env, ...args) {
  return spawnSync(process.execPath, [cli, 'import-patchwork', ...args], {
    env,
    encoding: 'utf8',
    timeout: 120_000,
  })
}

function count(isRight, otherwise, { stdout, stderr }) {
  if (isRight) totals.passed++
  else totals.failed++
  if (!isRight) console.log(`${otherwise}\n${stdout}${stderr}`)
}

async function replay(env) {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const server = spawn(process.execPath, [cli, 'serve', '--no-cron', '--port', String(port)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    await waitForServer(`${base}/api/`, server)
    const tool = join(folder, 'conformance', 'replay.mjs')
    const exchanges = join(folder, 'upgrade', 'exchanges.jsonl.gz')
    const { stdout, stderr } = await withoutAdditions(base, (address) =>
      spawnSync(process.execPath, [tool, '--base', address, exchanges], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      }),
    )
    // A tool that says nothing that can be counted has failed.
    const [, passed = '0', failed = '1'] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? []
    return { passed: Number(passed), failed: Number(failed), details: `${stdout}${stderr}` }
  } finally {
    server.kill()
  }
}
