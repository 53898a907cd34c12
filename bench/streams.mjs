// A thousand open streams of events: the memory of the server, how long an event takes from its commit to the client, and
// the processor time of a list of patches with and without them. Server, writer and clients are processes of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../scripts/postgres.mjs'
import { waitForServer } from '../scripts/wait-for-server.mjs'
import { memoryOf, percentile } from './figures.mjs'

const STREAMS = Number(process.env.BENCH_STREAMS ?? 1000)
const EVENTS = 50
const REQUESTS = 1000
const MEBIBYTE = 1024 * 1024
const TOKEN = 'd'.repeat(40)
const root = fileURLToPath(new URL('..', import.meta.url))

if (process.argv[2] === 'clients') await listen(process.argv[3], Number(process.argv[4]))
else await measure()

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-streams-'))
  const port = await freePort()
  const server = spawn(process.execPath, [join(root, 'bin/patchwork'), 'demo', '--port', String(port)], {
    cwd: folder,
    env: {
      ...process.env,
      PATCHWORK_LOG_LEVEL: 'error',
      PATCHWORK_STREAMS_PER_CLIENT: '4096',
      PATCHWORK_CONNECTIONS_PER_ADDRESS: '4096',
      PATCHWORK_ANSWER_CACHE: '0',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    const base = `http://127.0.0.1:${port}`
    await waitForServer(`${base}/readyz`, server)
    const { pid } = server
    await lists(base, REQUESTS / 4)
    const before = await usage(pid, () => lists(base, REQUESTS))
    const clients = spawn(
      process.execPath,
      [import.meta.filename, 'clients', `${base}/api/events/stream/`, String(STREAMS)],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    const lines = createInterface({ input: clients.stdout })[Symbol.asyncIterator]()
    await lines.next()
    const during = await usage(pid, () => lists(base, REQUESTS))
    const delays = []
    for (let count = 0; count < EVENTS; count++) {
      const committed = await post(base, count)
      const { value } = await lines.next()
      delays.push(...JSON.parse(value).map((time) => time - committed))
    }
    const after = memoryOf(pid, 'VmRSS')
    clients.kill()
    report({ before, during, after, delays })
  } finally {
    server.kill('SIGTERM')
    await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

function megabytes(bytes) {
  return `${Math.round(bytes / MEBIBYTE)} MB`
}

function report({ before, during, after, delays }) {
  const at = (percent) => `${percentile(delays, percent).toFixed(1)} ms`
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}, SQLite, ${STREAMS} streams`,
  )
  console.log(
    `memory: ${megabytes(before.memory)} without streams, ${megabytes(during.memory)} with, ${megabytes(after)} after ${EVENTS} events`,
  )
  console.log(
    `list of patches: ${before.cpu.toFixed(2)} ms of processor time without streams, ${during.cpu.toFixed(2)} ms with`,
  )
  console.log(
    `from the answer to the writer to ${delays.length} clients: median ${at(50)}, p95 ${at(95)}, longest ${at(100)}`,
  )
}

/** Processor time of each request, in milliseconds, and memory afterwards, in bytes. */
async function usage(pid, work) {
  const start = cpuOf(pid)
  await work()
  return { cpu: (cpuOf(pid) - start) / REQUESTS, memory: memoryOf(pid, 'VmRSS') }
}

/** Processor time of a process, in milliseconds; Linux counts it in hundredths of a second. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function lists(base, count) {
  for (let number = 0; number < count; number++) {
    const answer = await fetch(`${base}/api/patches/?per_page=30`)
    await answer.arrayBuffer()
  }
}

/** Posts a check; gives the moment when it was known to be committed. */
async function post(base, count) {
  const answer = await fetch(`${base}/api/patches/1/checks/`, {
    method: 'POST',
    headers: { authorization: `Token ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ state: 'success', context: `bench-${count}` }),
  })
  const text = await answer.text()
  if (answer.status !== 201) throw new Error(`a check was answered with ${answer.status} ${text}`)
  return performance.timeOrigin + performance.now()
}

/** The clients: says when all are connected, and then for each event when each of them had it. */
async function listen(url, count) {
  const times = []
  for (let number = 0; number < count; number++) {
    const [response] = await once(get(url, { agent: false }), 'response')
    if (response.statusCode !== 200) throw new Error(`a stream was answered with ${response.statusCode}`)
    response.on('data', (bytes) => {
      if (!bytes.includes('\ndata: ')) return
      times.push(performance.timeOrigin + performance.now())
      if (times.length === count) console.log(JSON.stringify(times.splice(0)))
    })
  }
  console.log('connected')
}
