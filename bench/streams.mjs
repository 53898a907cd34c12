// A thousand open streams of events: the memory of the server, how long an event takes from its commit to the client, and a
// list of patches with and without them, in turns. Server, writer and clients are processes of their own.
//
//   npm run bench:streams -- [sqlite|postgres]      by default both
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createInterface } from 'node:readline'
import { memoryOf, percentile } from './figures.mjs'
import {
  describeTimes,
  machine,
  measurePage,
  onEachDatabase,
  postCheck,
  reportTurns,
  serveDemo,
  startServer,
} from './server.mjs'

const STREAMS = Number(process.env.BENCH_STREAMS ?? 1000)
const EVENTS = 50
const TURNS = 3
const MEBIBYTE = 1024 * 1024
const LIST = '/api/patches/?per_page=30'
const REQUESTS = { count: 600, everyMs: 10 }
const SETTINGS = {
  PATCHWORK_STREAMS_PER_CLIENT: '4096',
  PATCHWORK_CONNECTIONS_PER_ADDRESS: '4096',
  PATCHWORK_ANSWER_CACHE: '0',
}

if (process.argv[2] === 'clients') await listen(process.argv[3], Number(process.argv[4]))
else {
  console.log(`${machine()}, ${STREAMS} streams`)
  await onEachDatabase(measure)
}

async function measure(label, url) {
  const server = await serveDemo(url, SETTINGS)
  const other = await startServer(server.env)
  try {
    await measurePage(server, LIST, REQUESTS)
    const without = []
    const beside = []
    const memory = { without: memoryOf(server.pid, 'VmRSS') }
    for (let turn = 0; turn < TURNS; turn++) {
      without.push(await measurePage(server, LIST, REQUESTS))
      const clients = await openStreams(server.base)
      beside.push(await measurePage(server, LIST, REQUESTS))
      if (turn === 0) memory.beside = memoryOf(server.pid, 'VmRSS')
      if (turn < TURNS - 1) await clients.close()
      else await reportStreams(label, { server, other, clients, memory })
    }
    reportTurns(
      { alone: without, beside },
      { page: `${label}: list of patches`, without: 'without streams', besides: 'beside them' },
    )
  } finally {
    await other.stop()
    await server.stop()
  }
}

/** Measures how long events take, and prints it with the memory that streams take. */
async function reportStreams(label, { server, other, clients, memory }) {
  const own = await delaysOf(clients, server.base)
  const foreign = await delaysOf(clients, other.base)
  const after = memoryOf(server.pid, 'VmRSS')
  await clients.close()
  const sizes = [memory.without, memory.beside, after].map((bytes) => Math.round(bytes / MEBIBYTE))
  console.log(
    `${label}: memory ${sizes[0]} MB without streams, ${sizes[1]} MB with, ${sizes[2]} MB after ${2 * EVENTS} events`,
  )
  for (const [writer, delays] of Object.entries({ 'the same server': own, 'another server': foreign }))
    console.log(
      `${label}: from the answer of ${writer} to ${delays.length} clients: ${describeTimes(delays)}, longest ${percentile(delays, 100).toFixed(1)} ms`,
    )
}

/** Opens the streams, from a process of their own; `next` tells for each event when each client had it. */
async function openStreams(base) {
  const clients = spawn(
    process.execPath,
    [import.meta.filename, 'clients', `${base}/api/events/stream/`, String(STREAMS)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: clients.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    next: async () => JSON.parse((await lines.next()).value),
    close: async () => {
      clients.kill()
      await once(clients, 'exit')
    },
  }
}

/** How long events that are committed by a server take to each client, in milliseconds. */
async function delaysOf(clients, base) {
  const delays = []
  for (let count = 0; count < EVENTS; count++) {
    await postCheck(base, `bench-${count}`)
    const committed = performance.timeOrigin + performance.now()
    delays.push(...(await clients.next()).map((time) => time - committed))
  }
  return delays
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
