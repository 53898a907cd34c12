import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** What the mail pipe needs of the packages, where the system's Node.js is too old too. */
const NODE = `node-${process.platform}-${process.arch}`
const PACKAGES = ['better-sqlite3', 'pg', NODE]

/** A user that every system has and that has no rights. */
export const NOBODY = { name: 'nobody', uid: 65_534, gid: Number(execFileSync('id', ['-g', 'nobody'])) }

/** Patchwork as it is installed, in a folder that every user reaches. */
export interface Installation {
  readonly folder: string
  /** The file that its settings are in. */
  readonly config: string
  /** The address of its database. */
  readonly url: string
}

/** Installs what was built, with a SQLite database that belongs to nobody. */
export function install(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-services-'))
  chmodSync(folder, 0o755)
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  for (const name of PACKAGES)
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  mkdirSync(join(folder, 'node_modules', '.bin'))
  symlinkSync(`../${NODE}/bin/node`, join(folder, 'node_modules', '.bin', 'node'))
  const data = join(folder, 'data')
  mkdirSync(data)
  chownSync(data, NOBODY.uid, NOBODY.gid)
  const url = `sqlite:${join(data, 'patchwork.db')}`
  const config = join(folder, 'patchwork.conf')
  writeFileSync(config, `PATCHWORK_DATABASE_URL=${url}\n`)
  return { folder, config, url }
}

/** Lines of the documentation, for this installation instead of the one that they speak of. */
export function forInstallation({ folder, config }: Installation, lines: string): string {
  return lines
    .replaceAll('/opt/patchwork', folder)
    .replaceAll('/etc/patchwork.conf', config)
    .replaceAll('user=patchwork', `user=${NOBODY.name}`)
}
