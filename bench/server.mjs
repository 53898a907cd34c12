// A server of the demo's mails on either database, and how long it takes for a page while something else goes on.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, startPostgres } from '../scripts/postgres.mjs'
import { waitForServer } from '../scripts/wait-for-server.mjs'
import { median, percentile } from './figures.mjs'

const root = resolve(import.meta.dirname, '..')
const cli = join(root, 'bin', 'patchwork')

/** The token of the account that maintains the project `bench`. */
export const BOT_TOKEN = 'b'.repeat(40)

export const DEMO_ARCHIVE = join(root, 'demo', 'archive.mbox')
export const DEMO_LIST_ID = 'lanterna-devel.example.org'

/** What the figures are from, as a line. */
export function machine() {
  const [load = 0] = loadavg()
  return `${availableParallelism()} × ${cpus()[0]?.model}, Node.js ${process.version}, load ${load.toFixed(1)}`
}

/** Runs a command of patchwork, under `/usr/bin/time`, which tells the memory, where it is there. */
export function run(env, ...args) {
  const timed = spawnSync('/usr/bin/time', ['-v', process.execPath, cli, ...args], { env, encoding: 'utf8' })
  const result = timed.error ? spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' }) : timed
  if (result.status !== 0) throw new Error(result.stderr)
  return result
}

/** Makes the project `bench` and the account that maintains it. */
export function addProject(env, listId) {
  const names = ['--name', 'Bench', '--list-id', listId, '--list-email', 'bench@example.org']
  run(env, 'project', 'add', 'bench', ...names)
  run(env, 'user', 'add', 'bot', '--email', 'bot@example.org', '--password', 'bot', '--token', BOT_TOKEN)
  run(env, 'maintainer', 'add', 'bench', 'bot')
}

/** Calls `measure` with the name and the URL of a new database: SQLite, then PostgreSQL, or the one of them that is named. */
export async function onEachDatabase(measure, only = process.argv[2]) {
  if (only !== 'postgres') {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-bench-'))
    await measure('SQLite', `sqlite:${join(folder, 'bench.db')}`)
    rmSync(folder, { recursive: true, force: true })
  }
  if (only === 'sqlite') return
  const postgres = await startPostgres({ isDurable: true })
  try {
    await measure('PostgreSQL', await postgres.createDatabase('bench'))
  } finally {
    await postgres.stop()
  }
}

/** Serves the mails of the demo from a new database. */
export async function serveDemo(url, settings) {
  const env = { ...process.env, PATCHWORK_LOG_LEVEL: 'error', ...settings, PATCHWORK_DATABASE_URL: url }
  addProject(env, DEMO_LIST_ID)
  run(env, 'parsearchive', DEMO_ARCHIVE, '--list-id', DEMO_LIST_ID)
  return await startServer(env)
}

/**
 * Another server, of a database that is there.
 *
 * @returns {Promise<{ base: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startServer(env) {
  const port = await freePort()
  const server = spawn(process.execPath, [cli, 'serve', '--port', String(port)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const base = `http://127.0.0.1:${port}`
  await waitForServer(`${base}/readyz`, server)
  return {
    base,
    env,
    pid: server.pid,
    stop: async () => {
      server.kill('SIGTERM')
      if (server.exitCode === null) await once(server, 'exit')
    },
  }
}

/** Sends JSON as the maintainer of the project; returns the answer, and throws for one of another status. */
export async function send(base, method, path, body, status) {
  const answer = await fetch(base + path, {
    method,
    headers: { authorization: `Token ${BOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (answer.status !== status)
    throw new Error(`${method} ${path} was answered with ${answer.status} ${text}`)
  return JSON.parse(text)
}

/** Posts a check, which is an event. */
export async function postCheck(base, context) {
  await send(base, 'POST', '/api/patches/1/checks/', { state: 'success', context }, 201)
}

/**
 * Asks for a page at fixed moments, without waiting for the previous answer, so that an answer that waits for another
 * counts with its wait. Returns how long each took and what the server used for each, in milliseconds.
 */
export async function measurePage({ base, pid }, path, { count, everyMs }) {
  const start = performance.now()
  const cpu = cpuOf(pid)
  const asked = []
  for (let number = 0; number < count; number++) {
    await sleep(Math.max(0, start + number * everyMs - performance.now()))
    asked.push(timeOf(base + path, start + number * everyMs))
  }
  const times = await Promise.all(asked)
  return { times, cpu: (cpuOf(pid) - cpu) / count }
}

async function timeOf(url, due) {
  const answer = await fetch(url)
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${url} was answered with ${answer.status}`)
  return performance.now() - due
}

/** Processor time of a process, in milliseconds; Linux counts it in hundredths of a second. */
export function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/**
 * Prints what `measurePage` measured in turns: a page alone, and beside something else. A 95th percentile is the median of
 * those of the turns, which are printed too: two that differ by less than turns of one kind do are equal. The processor
 * time is that of the server for all that it did, by the number of pages.
 */
export function reportTurns({ alone, beside }, { page, without, besides }) {
  const [first, second] = [alone, beside].map((turns) => {
    const p95s = turns.map(({ times }) => percentile(times, 95))
    return {
      p50: median(turns.map(({ times }) => percentile(times, 50))),
      p95: median(p95s),
      p95s: p95s.toSorted((one, other) => one - other).map((time) => time.toFixed(1)),
      cpu: median(turns.map(({ cpu }) => cpu)),
    }
  })
  for (const [name, { p50, p95, p95s, cpu }] of [
    [without, first],
    [besides, second],
  ]) {
    const times = `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms (of the turns ${p95s.join(' ')})`
    console.log(`${page} ${name}: ${times}, ${cpu.toFixed(2)} ms of processor time`)
  }
  const [p50, p95] = [second.p50 / first.p50, second.p95 / first.p95].map((ratio) => ratio.toFixed(2))
  console.log(`${page}: p50 × ${p50}, p95 × ${p95}`)
}

/** The median and the 95th percentile of some times as a text. */
export function describeTimes(times) {
  const [p50, p95] = [50, 95].map((percent) => percentile(times, percent).toFixed(1))
  return `p50 ${p50} ms, p95 ${p95} ms`
}
