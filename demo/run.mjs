// The demo: an own database, the bundled archive, and the server.
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'patchwork-demo-'))
const env = { ...process.env, PATCHWORK_DATABASE_URL: `sqlite:${join(folder, 'patchwork.db')}` }

patchwork(
  'project',
  'add',
  'lanterna',
  '--name',
  'Lanterna',
  '--list-id',
  'lanterna-devel.example.org',
  '--list-email',
  'lanterna-devel@example.org',
  '--show-dependencies',
)
patchwork(
  'user',
  'add',
  'mira',
  '--email',
  'mira@lanterna.example.org',
  '--password',
  'demo',
  '--token',
  'd'.repeat(40),
  '--first-name',
  'Mira',
  '--last-name',
  'Keeper',
)
patchwork('maintainer', 'add', 'lanterna', 'mira')
patchwork('person', 'link', 'mira@lanterna.example.org', 'mira', '--name', 'Mira Keeper')
patchwork('parsearchive', join(root, 'demo', 'archive.mbox'))
patchwork('serve', ...process.argv.slice(2))

function patchwork(...args) {
  const { status } = spawnSync(process.execPath, [join(root, 'bin', 'patchwork'), ...args], {
    env,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
