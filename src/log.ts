import { type DestinationStream, type Logger, pino } from 'pino'
import type { Config } from './config.js'

export type Log = Logger

/** Writes what happens as lines of JSON, from `logLevel` on, to standard error or to `stream`. */
export function makeLog({ logLevel }: Pick<Config, 'logLevel'>, stream?: DestinationStream): Log {
  return pino(
    { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    stream ?? pino.destination({ dest: 2, sync: true }),
  )
}
