// Keeps what V8 makes of the program, with all functions that usual commands and pages need (see bin/compiled.cjs):
// compiling them takes longer than all else that a command or the start of a server does. It also keeps the statements of
// an import as SQL.
//
//   node --require ./scripts/start-flags.cjs scripts/compile-program.mjs
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import compiled from '../bin/compiled.cjs'

const root = resolve(import.meta.dirname, '..')

/** What people and bots ask for first. */
const PATHS = [
  '/',
  '/project/lanterna/list/',
  '/project/lanterna/series/',
  '/series/1/',
  '/series/1/mbox/',
  '/patch/1/mbox/',
  '/user/login/',
  '/api/',
  ...['projects', 'patches', 'patches/1', 'patches/1/comments', 'series', 'series/1', 'covers', 'events'].map(
    (name) => `/api/1.4/${name}/`,
  ),
]

const STATEMENTS = join(root, 'dist', 'bundle', 'statements.json')

const folder = mkdtempSync(join(tmpdir(), 'patchwork-build-'))
process.env.PATCHWORK_CONFIG = ''
process.env.PATCHWORK_LOG_LEVEL = 'silent'
process.env.PATCHWORK_DATABASE_URL = `sqlite:${join(folder, 'build.db')}`
// Builds are silent, and the server says where it listens.
let output = ''
process.stdout.write = (text) => {
  output += text
  return true
}
try {
  await compiled.compileProgram(use)
} finally {
  rmSync(folder, { recursive: true })
}

/** Fills a database with the mails of the demo, parses them again, and serves them. */
async function use(load) {
  rmSync(STATEMENTS, { force: true })
  const { run, collectStatements } = load(bundle('main'))
  const statements = await collectStatements()
  // Threads compile for themselves alone. What they do is done here, except for their messages.
  for (const thread of ['import-worker', 'mail-worker']) load(bundle(thread))
  const command = async (...argv) => {
    const code = await run(argv)
    if (code !== 0) throw new Error(`"patchwork ${argv.join(' ')}" ended with ${code}.`)
  }
  const list = ['--list-id', 'lanterna-devel.example.org']
  await command('project', 'add', 'lanterna', '--name', 'Lanterna', '--list-email', 'l@example.org', ...list)
  await command('project', 'list')
  await command('parsearchive', join(root, 'demo', 'archive.mbox'), ...list)
  writeFileSync(STATEMENTS, statements())
  await command('reparse', '--dry-run')
  const served = command('serve', '--port', '0')
  while (!output.includes('Receiving mail')) await Promise.race([sleep(50), served])
  const [, server] = /Listening on (\S+)\//.exec(output)
  for (const path of PATHS) await (await fetch(server + path)).text()
  process.kill(process.pid, 'SIGTERM')
  await served
}

function bundle(name) {
  return join(root, 'dist', 'bundle', `${name}.cjs`)
}
