import { resolve } from 'node:path'
import { sqlitePath } from './sqlite-path.js'

/** The length of a path that a UNIX socket can have, in bytes. */
const MAX_SOCKET_PATH = 107

/** Where `parsemail` hands mails to a running server; undefined: nowhere. */
export function pipeSocketOf(config: {
  readonly pipeSocket: string | undefined
  readonly databaseUrl: string
}): string | undefined {
  const path = config.pipeSocket ?? besideFile(config.databaseUrl)
  return path === 'none' || path === undefined || Buffer.byteLength(path) > MAX_SOCKET_PATH ? undefined : path
}

function besideFile(databaseUrl: string): string | undefined {
  const file = sqlitePath(databaseUrl)
  return file === undefined ? undefined : `${resolve(file)}-pipe`
}
