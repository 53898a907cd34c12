// Measures how many mails a second LMTP takes, each made durable before it is answered.
//
//   npm run bench:lmtp -- [MAILS] [SENDERS]
//
// Patches of a few kilobytes, by several senders at once, as a mail server does it. The first figure is how fast
// they are answered, the second how fast they are processed as well.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { startPostgres } from '../scripts/postgres.mjs'

const cli = join(resolve(import.meta.dirname, '..'), 'bin', 'patchwork')
const [mails = 5000, senders = 20] = process.argv.slice(2).map(Number)

console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}`)
const folder = mkdtempSync(join(tmpdir(), 'patchwork-lmtp-'))
const postgres = await startPostgres({ isDurable: true })
try {
  await measure('SQLite', `sqlite:${join(folder, 'bench.db')}`)
  await measure('PostgreSQL', await postgres.createDatabase('bench'))
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true })
}

async function measure(label, url) {
  const env = { ...process.env, PATCHWORK_DATABASE_URL: url }
  const project = ['project', 'add', 'bench', '--name', 'Bench']
  await run(env, ...project, '--list-id', 'bench.example.org', '--list-email', 'bench@example.org')
  const server = spawn(process.execPath, [cli, 'lmtp', '--listen', '127.0.0.1:0'], { env, stdio: 'pipe' })
  const lines = createInterface({ input: server.stdout })
  const port = Number(/:(\d+)$/.exec((await once(lines, 'line'))[0])[1])
  const start = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: senders }, () => send(port, () => (next < mails ? next++ : undefined))),
  )
  const answered = performance.now()
  // It ends once it has processed all that it took.
  server.kill('SIGTERM')
  await once(server, 'exit')
  const processed = performance.now()
  const { stdout } = await run(env, 'mail', 'list', '--outcome', 'patch', '--limit', '1')
  if (!stdout.includes(`… and ${mails - 1} more`)) throw new Error(`not all mails were taken:\n${stdout}`)
  const rate = (end) => Math.round(mails / ((end - start) / 1000))
  console.log(`${label}: ${rate(answered)} mails/s answered, ${rate(processed)} mails/s processed`)
}

/** One connection: mail after mail, as long as there are some. */
async function send(port, take) {
  const socket = connect(port, '127.0.0.1')
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const answer = async () => {
    for (;;) {
      const { value = '' } = await lines.next()
      if (!/^\d{3}-/.test(value)) return value
    }
  }
  await answer()
  socket.write('LHLO bench\r\n')
  await answer()
  for (let number = take(); number !== undefined; number = take()) {
    // All at once, as a sender does that was told of PIPELINING.
    socket.write('MAIL FROM:<bench@example.org>\r\nRCPT TO:<bench@example.org>\r\nDATA\r\n')
    for (let line = 0; line < 3; line++) await answer()
    socket.write(`${mail(number)}\r\n.\r\n`)
    const last = await answer()
    if (!last.startsWith('250')) throw new Error(last)
  }
  socket.end('QUIT\r\n')
}

function mail(number) {
  const lines = Array.from({ length: 60 }, (_, line) => `+\tlamp[${line}] = light(${number * line});`)
  return [
    `From: Sender ${number % 50} <sender${number % 50}@example.org>`,
    `Subject: [PATCH] lamp: light number ${number}`,
    `Date: Mon, 05 Oct 2026 10:00:00 +0200`,
    `Message-Id: <bench-${number}@example.org>`,
    'List-Id: Bench <bench.example.org>',
    ...Array.from(
      { length: 12 },
      (_, hop) =>
        `Received: from hop${hop}.example.org by hop${hop + 1}.example.org; Mon, 05 Oct 2026 10:00:00 +0200`,
    ),
    '',
    `Light the lamp of number ${number}, which was dark until now.`,
    '',
    'Signed-off-by: Sender <sender@example.org>',
    '---',
    'diff --git a/lamp.c b/lamp.c',
    '--- a/lamp.c',
    '+++ b/lamp.c',
    `@@ -1,2 +1,${lines.length + 2} @@`,
    ' int lamp(void)',
    ...lines,
    ' }',
  ].join('\r\n')
}

async function run(env, ...args) {
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`patchwork ${args.join(' ')} ended with ${code}`)
  return { stdout }
}
