import { statSync } from 'node:fs'
import { type Config, settingsFile } from '../../config/config.js'
import { sqlitePath } from '../../db/connect.js'
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
  const settings = settingsFile(environment)
  return [
    ...own.flatMap((path) => checkMode(path, BEYOND_OWNER)),
    // Its group may be that of the server, where root writes it.
    ...(settings === undefined ? [] : checkMode(settings, EVERYBODY)),
  ]
}

function checkMode(path: string, beyond: number): Finding[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat || (stat.mode & beyond) === 0) return []
  const mode = stat.mode & 0o777
  const best = (mode & ~beyond).toString(8).padStart(3, '0')
  return [
    warning(
      `'${path}' is open to others on this machine (mode ${mode.toString(8)}); 'chmod ${best} ${path}' closes it.`,
    ),
  ]
}
