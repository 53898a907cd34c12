// A thousand open streams of events, and then a thousand requests that wait for one: the memory of the server, how long an
// event takes from its commit to the client of a stream, and a list of patches with and without them, in turns. Server, writer
// and clients are processes of their own.
//
//   npm run bench:streams -- [sqlite|postgres]      by default both
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** The number of streams, and of waiting requests. */
const STREAMS = Number(process.env.BENCH_STREAMS ?? 1000)
const EVENTS = 50
const TURNS = Number(process.env.BENCH_TURNS ?? 3)
const MEBIBYTE = 1024 * 1024
const LIST = '/api/patches/?per_page=30'
const REQUESTS = { count: 600, everyMs: 10 }
const SETTINGS = {
  PATCHWORK_STREAMS_PER_CLIENT: '4096',
  PATCHWORK_CONNECTIONS_PER_ADDRESS: '4096',
  PATCHWORK_ANSWER_CACHE: '0',
}

/** Seconds that a request waits: more than a turn takes. */
const WAIT = 60

const [, , part, address] = process.argv
if (part === 'streams') await listen(address)
else if (part === 'requests') await waitAll(address)
else {
  console.log(`${machine()}, ${STREAMS} streams, and as many waiting requests`)
  await onEachDatabase(async (label, url) => {
    const server = await serveDemo(url, SETTINGS)
    await measureStreams(label, server)
    await measureWaiting(label, await startServer(server.env))
  })
}

async function measureStreams(label, server) {
  const other = await startServer(server.env)
  try {
    await measurePage(server, LIST, REQUESTS)
    const without = []
    const beside = []
    const memory = {}
    for (let turn = 0; turn < TURNS; turn++) {
      without.push(await measurePage(server, LIST, REQUESTS))
      if (turn === 0) memory.without = memoryOf(server.pid, 'VmRSS')
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
  const clients = startClients('streams', `${base}/api/events/stream/`)
  const lines = createInterface({ input: clients.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    next: async () => JSON.parse((await lines.next()).value),
    close: () => end(clients),
  }
}

function startClients(kind, url) {
  return spawn(process.execPath, [import.meta.filename, kind, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function end(clients) {
  clients.kill()
  await once(clients, 'exit')
}

/** Measures a list beside requests that wait, and the memory that these take. */
async function measureWaiting(label, server) {
  const [without, beside, memory] = [[], [], []]
  const [newest] = await (await fetch(`${server.base}/api/events/?per_page=1&order=-id`)).json()
  const url = `${server.base}/api/events/?after=${newest.id}&wait=${WAIT}`
  try {
    await measurePage(server, LIST, REQUESTS)
    for (let turn = 0; turn < TURNS; turn++) {
      without.push(await measurePage(server, LIST, REQUESTS))
      if (turn === 0) memory.push(memoryOf(server.pid, 'VmRSS'))
      const clients = startClients('requests', url)
      while ((await countWaiting(server)) < STREAMS) {
        if (clients.exitCode !== null) throw new Error('the clients have ended')
        await sleep(100)
      }
      beside.push(await measurePage(server, LIST, REQUESTS))
      if (turn === 0) memory.push(memoryOf(server.pid, 'VmRSS'))
      if ((await countWaiting(server)) < STREAMS) throw new Error('not all requests have waited')
      await end(clients)
    }
    const [alone, waiting] = memory.map((bytes) => Math.round(bytes / MEBIBYTE))
    console.log(`${label}: memory ${alone} MB without waiting requests, ${waiting} MB with`)
    reportTurns(
      { alone: without, beside },
      { page: `${label}: list of patches`, without: 'without waiting requests', besides: 'beside them' },
    )
  } finally {
    await server.stop()
  }
}

async function countWaiting({ base }) {
  const figures = await (await fetch(`${base}/metrics`)).text()
  return Number(/^patchwork_waiting_requests (\d+)$/m.exec(figures)?.[1])
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

/** The clients that wait: sends all requests, of which none is answered. */
async function waitAll(url) {
  for (let number = 0; number < STREAMS; number++) {
    const request = get(url, { agent: false })
    request.on('response', ({ statusCode }) => {
      throw new Error(`a request did not wait and was answered with ${statusCode}`)
    })
    await once(request, 'finish')
  }
}

/** The clients of streams: says when all are connected, and then for each event when each of them had it. */
async function listen(url) {
  const times = []
  for (let number = 0; number < STREAMS; number++) {
    const [response] = await once(get(url, { agent: false }), 'response')
    if (response.statusCode !== 200) throw new Error(`a stream was answered with ${response.statusCode}`)
    response.on('data', (bytes) => {
      if (!bytes.includes('\ndata: ')) return
      times.push(performance.timeOrigin + performance.now())
      if (times.length === STREAMS) console.log(JSON.stringify(times.splice(0)))
    })
  }
  console.log('connected')
}
