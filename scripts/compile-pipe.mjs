// Keeps what the mail pipe would make at each start: the statements of usual mails as SQL, and what V8 makes of the code, with
// all functions that such mails need (see bin/compiled.cjs).
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const { compile, load, loadProgram } = createRequire(import.meta.url)(join(root, 'bin', 'compiled.cjs'))

const PATCH = `a.c | 1 +

diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -1 +1,2 @@
 x
+y
`

const MAILS = [
  mail('1', '[PATCH 0/1] lamps: light', 'Lights.\n'),
  mail(
    '2',
    '[PATCH 1/1] lamps: light',
    `Lights.\n\nSigned-off-by: Ann <ann@example.org>\n---\n ${PATCH}`,
    '1',
  ),
  mail('3', 'Re: [PATCH 1/1] lamps: light', 'Reviewed-by: Bob <bob@example.org>\n', '2'),
  mail('4', '[PATCH] lamps: lighter', `Lighter.\n---\n ${PATCH}`),
]

const folder = mkdtempSync(join(tmpdir(), 'patchwork-build-'))
process.env.PATCHWORK_CONFIG = ''
try {
  await compile(join(root, 'dist', 'bundle', 'pipe.cjs'), handOver)
  const direct = join(root, 'dist', 'bundle', 'pipe-direct.cjs')
  putStatements(direct, await collect(load(direct)))
  await compile(direct, async ({ takeDirectly }) => await take(takeDirectly, 'compiled.db'))
} finally {
  rmSync(folder, { recursive: true })
}

/** The statements that the mails need. */
async function collect({ takeDirectly, collectStatements }) {
  const statements = collectStatements()
  await take(takeDirectly, 'statements.db')
  return statements()
}

/** Has a new database take the mails. */
async function take(takeDirectly, name) {
  process.env.PATCHWORK_DATABASE_URL = `sqlite:${join(folder, name)}`
  const { run } = loadProgram(join(root, 'dist', 'bundle', 'main.cjs'))
  const lamps = ['project', 'add', 'lamps', '--name', 'Lamps', '--list-id', 'lamps.example.org']
  const added = await run([...lamps, '--list-email', 'lamps@example.org'])
  if (added !== 0) throw new Error('The project could not be added.')
  for (const bytes of MAILS) {
    const { code, err } = await takeDirectly({ bytes })
    if (code !== 0) throw new Error(err.join('\n'))
  }
}

/** Statements are known by the order in which the bundle makes its queries, so they belong into it. */
function putStatements(file, json) {
  const code = readFileSync(file, 'utf8')
  const place = /(?<=\bbuiltStatements\.use\()`\[\]`(?=\))/
  if (!place.test(code)) throw new Error('The bundle has no place for its statements.')
  writeFileSync(
    file,
    code.replace(place, () => JSON.stringify(json)),
  )
}

/** Has the pipe hand a mail to a server, and then to the rest of the program. */
async function handOver(pipe) {
  const taken = { code: 0, out: [], err: [] }
  const file = join(folder, 'mail')
  writeFileSync(file, MAILS[0])
  const socket = join(folder, 'socket')
  process.env.PATCHWORK_PIPE_SOCKET = socket
  const server = createServer({ allowHalfOpen: true }, (client) =>
    client.resume().once('end', () => client.end(JSON.stringify(taken))),
  )
  await once(server.listen(socket), 'listening')
  const direct = []
  const rest = { takeDirectly: async (given) => (direct.push(given), taken) }
  await pipe.run(['parsemail', file], rest)
  server.close()
  await once(server, 'close')
  await pipe.run(['parsemail', file], rest)
  if (direct.length !== 1) throw new Error('The pipe did not hand over one mail of two.')
}

function mail(id, subject, body, parent) {
  const reply = parent ? `In-Reply-To: <${parent}@example.org>\n` : ''
  return Buffer.from(`From: Ann <ann@example.org>
To: lamps@example.org
List-Id: <lamps.example.org>
Message-Id: <${id}@example.org>
Date: Mon, 05 Jan 2026 10:00:00 +0000
${reply}Subject: ${subject}

${body}`)
}
