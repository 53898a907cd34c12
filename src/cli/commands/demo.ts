import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Invalid } from '../../util/errors.js'
import { ROOT } from '../../util/version.js'

/** What an operator would type, a command line each. */
const SETUP: readonly (readonly string[])[] = [
  'project add lanterna --name Lanterna --list-id lanterna-devel.example.org --show-dependencies'
    .split(' ')
    .concat('--list-email', 'lanterna-devel@example.org'),
  `user add mira --email mira@lanterna.example.org --password demo --token ${'d'.repeat(40)}`
    .split(' ')
    .concat('--first-name', 'Mira', '--last-name', 'Keeper'),
  ['maintainer', 'add', 'lanterna', 'mira'],
  ['person', 'link', 'mira@lanterna.example.org', 'mira', '--name', 'Mira Keeper'],
  ['parsearchive', join(ROOT, 'demo', 'archive.mbox')],
]

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Serve one month of a fictitious mailing list from a new database in a temporary folder (login: mira, demo).',
    )
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', '8000')
    .option('--database <file>', 'keep the data in this file; an existing file is served unchanged')
    .option('--setup-only', 'create the database, but do not serve it', false)
    .action(async (options: DemoOptions) => {
      const { host, port, setupOnly } = options
      makeDemo(options)
      if (!setupOnly) await program.parseAsync(['serve', '--host', host, '--port', port], { from: 'user' })
    })
}

interface DemoOptions {
  host: string
  port: string
  database?: string
  setupOnly: boolean
}

/** Makes the demo's database by the commands that an operator would type, and lets this process use it. */
function makeDemo({ database }: DemoOptions): void {
  const file = database ?? join(mkdtempSync(join(tmpdir(), 'patchwork-demo-')), 'patchwork.db')
  process.env.PATCHWORK_DATABASE_URL = `sqlite:${file}`
  const projects = database === undefined ? '' : patchwork(['project', 'list'], 'pipe')
  if (projects.includes('lanterna')) return
  for (const step of SETUP) patchwork(step, 'inherit')
}

/**
 * Runs one patchwork command; throws if it fails, after the command has printed its error. Returns its output if
 * piped.
 */
function patchwork(argv: readonly string[], output: 'inherit' | 'pipe'): string {
  const program = process.argv[1] ?? ''
  const { status, stdout } = spawnSync(process.execPath, [program, ...argv], {
    stdio: ['ignore', output, 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Invalid(`The demo could not be set up: 'patchwork ${argv[0]}' failed.`)
  return stdout ?? ''
}
