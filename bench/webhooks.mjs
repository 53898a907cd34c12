// Whether receivers of webhooks that hang, answer late or without end, redirect, fail or die slow the server down: the list
// page of a project without webhooks and with many such, in turns, while something happens all the time. Server and receivers
// are processes of their own. Receivers run on other machines in real life, so here they get what processor time is left.
//
//   npm run bench:webhooks -- [sqlite|postgres]      by default both
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { constants, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from './figures.mjs'
import { machine, measurePage, onEachDatabase, postCheck, reportTurns, send, serveDemo } from './server.mjs'

const HOOKS = Number(process.env.BENCH_HOOKS ?? 50)
/** Turns without webhooks, and as many beside them. */
const TURNS = Number(process.env.BENCH_TURNS ?? 6)
const PAGE = '/project/bench/list/?state=*&archive=both'
const REQUESTS = { count: 500, everyMs: 20 }
const EVENT_EVERY_MS = 500
/** An attempt that hangs ends by then. */
const LAST_ATTEMPT_MS = 11_000
const HOOKS_PATH = '/api/1.4/projects/bench/webhooks/'
const MEBIBYTE = 1024 * 1024
const BLOCK = Buffer.alloc(64 * 1024, '.')

/** What receivers do instead of saying that all is well. */
const FAULTS = {
  hang: () => {},
  late: (response) => void setTimeout(() => response.writeHead(204).end(), 9000),
  drip: (response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 100)
    response.on('close', () => clearInterval(timer))
  },
  endless: (response) => {
    response.writeHead(200)
    const fill = () => {
      while (response.write(BLOCK));
    }
    response.on('drain', fill)
    fill()
  },
  redirect: (response) => response.writeHead(307, { location: '/hang' }).end(),
  fail: (response) => response.writeHead(500).end(BLOCK),
  reset: (response) => response.socket?.resetAndDestroy(),
}

if (process.argv[2] === 'receivers') await receive()
else {
  console.log(`${machine()}, ${HOOKS} webhooks, an event every ${EVENT_EVERY_MS} ms`)
  await onEachDatabase(measure)
}

async function measure(label, url) {
  const receivers = fork(import.meta.filename, ['receivers'])
  setPriority(receivers.pid, constants.priority.PRIORITY_LOW)
  const [port] = await once(receivers, 'message')
  const server = await serveDemo(url, {
    PATCHWORK_WEBHOOK_NETWORKS: '127.0.0.0/8',
    PATCHWORK_ANSWER_CACHE: '0',
  })
  try {
    const hooks = await addHooks(server.base, port)
    await measurePage(server, PAGE, REQUESTS)
    const turns = { alone: [], beside: [] }
    const memory = {}
    let before = 'alone'
    for (const kind of orderOfTurns()) {
      await switchHooks(server.base, hooks, kind === 'beside')
      if (kind === 'alone' && before === 'beside') await sleep(LAST_ATTEMPT_MS)
      before = kind
      turns[kind].push(await whileEventsHappen(server, () => measurePage(server, PAGE, REQUESTS)))
      memory[kind] ??= Math.round(memoryOf(server.pid, 'VmRSS') / MEBIBYTE)
    }
    receivers.send('count')
    const [attempts] = await once(receivers, 'message')
    console.log(`${label}: memory ${memory.alone} MB without webhooks, ${memory.beside} MB with`)
    reportTurns(turns, {
      page: `${label}: list page`,
      without: 'without webhooks',
      besides: `beside ${attempts} attempts`,
    })
  } finally {
    await server.stop()
    receivers.kill()
  }
}

/** Turns of both kinds, such that neither is the earlier one on the whole: what a server does changes as it grows older. */
function orderOfTurns() {
  return Array.from({ length: TURNS }, (_, turn) =>
    turn % 2 === 0 ? ['alone', 'beside'] : ['beside', 'alone'],
  ).flat()
}

/** Makes the webhooks, one fault after the other; returns their ids. */
async function addHooks(base, port) {
  const kinds = Object.keys(FAULTS)
  const ids = []
  for (let number = 0; number < HOOKS; number++) {
    const address = `http://127.0.0.1:${port}/${kinds[number % kinds.length]}`
    ids.push((await send(base, 'POST', HOOKS_PATH, { address }, 201)).id)
  }
  return ids
}

/** Switches webhooks on or off; those that come on are tried at once, whatever became of them before. */
async function switchHooks(base, ids, active) {
  for (const id of ids) await send(base, 'PATCH', `${HOOKS_PATH}${id}/`, { active }, 200)
}

async function whileEventsHappen({ base }, work) {
  const stopping = new AbortController()
  const happening = (async () => {
    for (let count = 0; !stopping.signal.aborted; count++) {
      await postCheck(base, `bench-${count}`)
      await sleep(EVENT_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  const result = await work()
  stopping.abort()
  await happening
  return result
}

/** The receivers: says at which port they listen, and when asked how many messages they got. */
async function receive() {
  let count = 0
  const server = createServer((request, response) => {
    count++
    request.resume()
    response.on('error', () => {})
    FAULTS[request.url.slice(1)](response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  process.on('message', () => process.send(count))
  process.send(server.address().port)
}
