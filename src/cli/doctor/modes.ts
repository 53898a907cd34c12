import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, settingsFile } from '../../config/config.js'
import { sqlitePath } from '../../util/sqlite-path.js'
import { type Finding, warning } from './finding.js'

/** Bits of a mode that let the group, or everybody, do something. */
const BEYOND_OWNER = 0o077
const EVERYBODY = 0o007

/** Whether files with secrets can be read by others on this machine. */
export function checkModes(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const { databaseUrl, mail, inboxes, inboxFolder } = config
  const database = sqlitePath(databaseUrl)
  const own = [
    ...(database === undefined ? [] : [database, `${database}-wal`, `${database}-shm`]),
    ...(mail.kind === 'folder' ? [mail.path] : []),
    ...(inboxes.length > 0 ? [inboxFolder] : []),
  ]
  const copies = database === undefined ? [] : filesIn(dirname(database)).filter(isCopy)
  const letters = mail.kind === 'folder' ? filesIn(mail.path).filter((path) => path.includes('.eml')) : []
  const settings = settingsFile(environment)
  return [
    ...own.flatMap((path) => checkMode(path, BEYOND_OWNER)),
    ...checkFiles(
      'Copies of databases',
      copies.filter((path) => !own.includes(path)),
    ),
    ...checkFiles('Mails', letters),
    // Its group may be that of the server, where root writes it.
    ...(settings === undefined ? [] : checkMode(settings, EVERYBODY)),
  ]
}

/** Files that are looked at in one folder. */
const MAX_FILES = 10_000

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).slice(0, MAX_FILES)
    return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name))
  } catch {
    // Others say that it is not there, or not ours.
    return []
  }
}

/** File signatures of SQLite databases, PostgreSQL dumps and compressed files. */
const MAGIC = [
  Buffer.from('SQLite format 3\0'),
  Buffer.from('PGDMP'),
  Buffer.from('--\n-- PostgreSQL database'),
]
const PACKED_COPY = /\.(?:db|sqlite3?|sql|dump|bak|backup)[^/]*\.(?:gz|xz|zst|bz2|zip)$/i

/** Whether a file is a copy of a database: those of earlier versions, and made by hand, were not closed to others. */
function isCopy(path: string): boolean {
  if (PACKED_COPY.test(path)) return true
  const start = Buffer.alloc(64)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, start, 0, start.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
  return MAGIC.some((magic) => start.subarray(0, magic.length).equals(magic))
}

/** One warning for all files of a folder that others may read. */
function checkFiles(what: string, paths: readonly string[]): Finding[] {
  const wide = paths.filter((path) => isWide(path))
  const [first] = wide
  if (first === undefined) return []
  const more = wide.length > 1 ? ` and ${wide.length - 1} more` : ''
  return [
    warning(`${what} are accessible to other users of this machine: '${first}'${more}; run 'chmod go-rwx'.`),
  ]
}

function isWide(path: string): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & BEYOND_OWNER) !== 0
}

function checkMode(path: string, beyond: number): Finding[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat || (stat.mode & beyond) === 0) return []
  const mode = stat.mode & 0o777
  const best = (mode & ~beyond).toString(8).padStart(3, '0')
  return [
    warning(
      `'${path}' is accessible to other users of this machine (mode ${mode.toString(8)}); run 'chmod ${best} ${path}'.`,
    ),
  ]
}
