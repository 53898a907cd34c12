// Measures what ordinary readers feel while the server is attacked.
//
//   npm run bench:attacks -- [ARCHIVE] [LIST-ID]
//
// Readers ask for the list page and the API's list, twenty times a second in all; beside them runs one attack after the
// other, from other addresses of this machine. Printed is the 95th percentile of the readers' waits for each attack; the
// run fails if one is over the limit, or if a reader gets no answer.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from './figures.mjs'

const LIMIT_MS = 250
const READ_EVERY_MS = 50
const LEAST_MS = 4000
const MOST_MS = 20_000
const [HTTP, LMTP] = [8600, 8601]
const DIFF = '\n---\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'
const LIST = 'bench.example.org'
const cli = join(resolve(import.meta.dirname, '..'), 'bin', 'patchwork')
const [
  archive = resolve(import.meta.dirname, '..', 'demo', 'archive.mbox'),
  listId = 'lanterna-devel.example.org',
] = process.argv.slice(2)

const ATTACKS = {
  nothing: () => sleep(LEAST_MS),
  'four mails of 4 MB, of nested multiparts': () => deliver(4, () => nestedMail(4_000_000)),
  '1,000 mails [PATCH 1/2] of one sender and date': () => deliver(1000, firstOfTwo),
  'a patch whose header has 5,000 spellings': async (is) => {
    await deliver(1, spelledMail)
    const [{ id }] = await json('/api/patches/?order=-id&per_page=1')
    await repeat(is, 8, () => get(`/api/patches/${id}/`, '127.0.1.1'))
  },
  'lists of twelve replies of 4 MB': async (is) => {
    await deliver(13, (index) => (index === 0 ? plainMail('large') : replyTo('large', index, 4_000_000)))
    const [{ id }] = await json('/api/patches/?order=-id&per_page=1')
    await repeat(is, 16, () => get(`/api/patches/${id}/comments/?per_page=250`, '127.0.1.2'))
  },
  '4,200 half-sent heads': (is) => halfHeads(is, 4200),
  'wrong passwords from 80 networks': (is) =>
    repeat(is, 80, (number) =>
      get('/api/', `127.${number + 2}.0.1`, { authorization: basic(`user${number}`) }),
    ),
  'odd parameters': (is) => repeat(is, 16, (_, time) => get(ODD[time % ODD.length], '127.0.1.3')),
}

const ODD = [
  '/api/patches/?q=%25%25%25%25&per_page=250&order=-date',
  '/api/patches/?page=999999999&per_page=250',
  '/api/events/?per_page=250&after=0',
  `/search/?q=${'a%20'.repeat(20)}`,
  `/project/bench/list/?q=${'%C3%A9'.repeat(200)}`,
  '/api/patches/%00/',
]

console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}`)
const folder = mkdtempSync(join(tmpdir(), 'patchwork-attacks-'))
const env = { ...process.env, PATCHWORK_DATABASE_URL: `sqlite:${join(folder, 'attacks.db')}` }
run('project', 'add', 'bench', '--name', 'Bench', '--list-id', listId, '--list-email', 'bench@example.org')
run('project', 'add', 'attacked', '--name', 'Attacked', '--list-id', LIST, '--list-email', `list@${LIST}`)
run('user', 'add', 'user1', '--email', 'user1@example.org', '--password', 'a password of its own')
run('parsearchive', archive, '--list-id', listId)
const server = spawn(
  process.execPath,
  [cli, 'serve', '--port', String(HTTP), '--lmtp', `127.0.0.1:${LMTP}`],
  {
    env,
    stdio: 'ignore',
  },
)
try {
  await started()
  for (const [name, attack] of Object.entries(ATTACKS)) await measure(name, attack)
} finally {
  server.kill()
  await once(server, 'exit')
  rmSync(folder, { recursive: true })
}

async function measure(name, attack) {
  const waits = []
  const failed = []
  const start = performance.now()
  const isOn = () => performance.now() - start < LEAST_MS
  const over = new AbortController()
  const attacked = Promise.race([attack(isOn), sleep(MOST_MS)]).finally(() => over.abort())
  const reads = []
  for (let time = 0; !over.signal.aborted || isOn(); time++) {
    reads.push(readOnce(['/project/bench/list/', '/api/patches/'][time % 2], waits, failed))
    await sleep(READ_EVERY_MS)
  }
  await Promise.all([attacked, ...reads])
  const p95 = percentile(waits, 95)
  const isBad = p95 > LIMIT_MS || failed.length > 0
  if (isBad) process.exitCode = 1
  const trouble = failed.length > 0 ? `, ${failed.length} reads failed (${String(failed)})` : ''
  console.log(
    `${name}: p95 ${p95.toFixed(0)} ms of ${waits.length} reads${trouble}${isBad ? ': too slow' : ''}`,
  )
}

async function readOnce(path, waits, failed) {
  const start = performance.now()
  const status = await get(path, '127.0.0.2')
  waits.push(performance.now() - start)
  if (status !== 200) failed.push(status)
}

/**
 * Sends a request from one of this machine's addresses, and reads the response; returns the status, or the error
 * code.
 */
function get(path, localAddress, headers = {}) {
  return new Promise((settle) => {
    const sent = request(
      { host: '127.0.0.1', port: HTTP, path, localAddress, headers, agent: false },
      (answer) => {
        answer
          .resume()
          .on('end', () => settle(answer.statusCode))
          .on('error', ({ code }) => settle(code))
      },
    )
    sent.on('error', ({ code }) => settle(code)).end()
  })
}

async function json(path) {
  return await (await fetch(`http://127.0.0.1:${HTTP}${path}`)).json()
}

/** Repeats `work` in `many` parallel loops until `is` says that the attack is over. */
async function repeat(is, many, work) {
  const loop = async (number) => {
    for (let time = 0; is(); time++) await work(number, time)
  }
  await Promise.all(Array.from({ length: many }, (_, number) => loop(number)))
}

async function halfHeads(is, count) {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(HTTP, '127.0.0.1')
    socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: a\r\nX-')
    return socket
  })
  while (is()) await sleep(100)
  for (const socket of sockets) socket.destroy()
}

function basic(name) {
  return `Basic ${Buffer.from(`${name}:wrong`).toString('base64')}`
}

/** Delivers mails by LMTP, over one connection. */
async function deliver(count, make) {
  const socket = connect(LMTP, '127.0.0.1')
  const lines = []
  let heard
  let rest = ''
  socket.setEncoding('latin1').on('data', (text) => {
    const all = (rest + text).split('\r\n')
    rest = all.pop() ?? ''
    lines.push(...all.filter((line) => /^\d{3} /.test(line)))
    heard?.()
  })
  const answer = async () => {
    while (lines.length === 0) await new Promise((settle) => (heard = settle))
    return lines.shift()
  }
  const say = async (line) => {
    socket.write(line, 'latin1')
    return await answer()
  }
  await answer()
  await say('LHLO attacker.example.org\r\n')
  for (let index = 0; index < count; index++) {
    await say('MAIL FROM:<evil@example.org>\r\n')
    await say(`RCPT TO:<list@${LIST}>\r\n`)
    await say('DATA\r\n')
    await say(`${make(index).replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..')}\r\n.\r\n`)
  }
  socket.end()
}

function mail(id, subject, headers, body) {
  const fixed = `From: Evil <evil@example.org>\nDate: Fri, 20 Nov 2026 08:00:00 +0000\nList-Id: <${LIST}>`
  return `${fixed}\nSubject: ${subject}\nMessage-Id: <${id}@attack>\n${headers}\n${body}`
}

function plainMail(id) {
  return mail(id, '[PATCH] large', '', `Text.${DIFF}`)
}

function firstOfTwo(index) {
  return mail(`half-${index}`, '[PATCH 1/2] half', '', `Text ${index}.${DIFF}`)
}

function spelledMail() {
  const spellings = Array.from({ length: 5000 }, (_, index) =>
    Array.from('x-spelled-name', (letter, bit) => ((index >> bit) & 1 ? letter.toUpperCase() : letter)).join(
      '',
    ),
  )
  return mail('spelled', '[PATCH] spelled', spellings.map((name) => `${name}: value\n`).join(''), DIFF)
}

function replyTo(id, index, size) {
  return mail(`reply-${index}`, 'Re: large', `In-Reply-To: <${id}@attack>\n`, `${'word '.repeat(size / 5)}\n`)
}

function nestedMail(size) {
  let head = ''
  for (let depth = 0; depth < 50; depth++)
    head += `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`
  return mail('nested', '[PATCH] nested', head, `${'\n--x'.repeat(size / 4)}\n`)
}

function run(...args) {
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`patchwork ${args.join(' ')} failed: ${stderr}`)
}

async function started() {
  while ((await get('/api/', '127.0.0.2')) !== 200) await sleep(100)
}
