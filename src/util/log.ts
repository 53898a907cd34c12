import { createRequire } from 'node:module'
import type * as Pino from 'pino'
import { hideSecretsWithin } from './secrets.js'

const require = createRequire(import.meta.url)

export type Log = Pino.Logger

/** Writes what happens as lines of JSON without passwords, from `logLevel` on, to standard error or to `stream`. */
export function makeLog({ logLevel }: { logLevel: string }, stream?: Pino.DestinationStream): Log {
  // Loaded here: most commands log nothing.
  const { pino } = require('pino') as typeof Pino
  return pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: withoutSecrets },
    },
    stream ?? pino.destination({ dest: 2, sync: true }),
  )
}

/**
 * Errors of libraries carry addresses with passwords, in fields of their own too. They are looked for in the values of a
 * line, where quotes are not escaped; most lines have nothing that looks like a secret, and stay as they are.
 */
function withoutSecrets(line: string): string {
  if (!/:\/\/|=|authorization/i.test(line)) return line
  return `${JSON.stringify(hideSecretsWithin(JSON.parse(line)))}\n`
}
