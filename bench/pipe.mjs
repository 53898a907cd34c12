// How long `parsemail` takes from its start to its end, beside Node.js alone, in turns: beside a running server, and without.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { median } from './figures.mjs'

const RUNS = Number(process.argv[2] ?? 30)
const PATCHWORK = resolve(import.meta.dirname, '../bin/patchwork')
const folder = mkdtempSync(join(tmpdir(), 'patchwork-bench-'))
const env = { ...process.env, PATCHWORK_DATABASE_URL: `sqlite:${join(folder, 'bench.db')}` }

let number = 0

function mail() {
  number++
  return `From: Ann <ann@example.org>
To: lamps@example.org
List-Id: <lamps.example.org>
Message-Id: <${number}@example.org>
Date: Mon, 05 Jan 2026 10:00:00 +0000
Subject: [PATCH] lamps: light ${number}

Light.
---
 a.c | 1 +

diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1 +1,2 @@
 x
+y${number}
`
}

/** Milliseconds on the clock and of the processor. */
function time(words, input, environment = env) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" >/dev/null'
  const { stderr, status } = spawnSync('bash', ['-c', script, process.execPath, ...words], {
    input,
    encoding: 'utf8',
    env: environment,
  })
  if (status !== 0) throw new Error(stderr)
  const [real, user, system] = stderr.trim().split(' ').map(Number)
  return { clock: real * 1000, processor: (user + system) * 1000 }
}

function medianOf(times, kind) {
  return median(times.map((each) => each[kind]))
}

const lamps = ['project', 'add', 'lamps', '--name', 'Lamps', '--list-id', 'lamps.example.org']
spawnSync(process.execPath, [PATCHWORK, ...lamps, '--list-email', 'lamps@example.org'], { env })
const server = spawn(process.execPath, [PATCHWORK, 'serve', '--port', '0'], { env })
while (!String(await once(server.stdout, 'data')).includes('parsemail'));

const programs = {
  'node -e 0': () => time(['-e', '0'], ''),
  'parsemail, beside a server': () => time([PATCHWORK, 'parsemail'], mail()),
  'parsemail, alone': () => time([PATCHWORK, 'parsemail'], mail(), { ...env, PATCHWORK_PIPE_SOCKET: 'none' }),
}
const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]))
for (let run = 0; run < RUNS; run++)
  for (const [name, measure] of Object.entries(programs)) times[name].push(measure())

const [alone] = Object.values(times)
console.log(`medians of ${RUNS} runs in turns, and how many times Node.js alone`)
for (const [name, all] of Object.entries(times)) {
  const figures = ['clock', 'processor'].map((kind) => {
    const value = medianOf(all, kind)
    return `${kind} ${value.toFixed(0)} ms (${(value / medianOf(alone, kind)).toFixed(2)})`
  })
  console.log(`${name}: ${figures.join(', ')}`)
}
server.kill()
await once(server, 'exit')
rmSync(folder, { recursive: true })
