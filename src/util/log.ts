import { type DestinationStream, type Logger, pino } from 'pino'
import { hideSecretsWithin } from './secrets.js'

export type Log = Logger

/** Writes what happens as lines of JSON without passwords, from `logLevel` on, to standard error or to `stream`. */
export function makeLog({ logLevel }: { logLevel: string }, stream?: DestinationStream): Log {
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
