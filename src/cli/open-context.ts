import { type Config, readConfig } from '../config/config.js'
import type { Context } from '../config/context.js'
import type { Database } from '../db/schema.js'
import { makeLog } from '../util/log.js'
import { closeContext, makeContext } from './make-context.js'
import { withDatabase } from './open-database.js'

/**
 * Opens a context with a migrated database for the duration of `work`. `listensOn` are the host names of the server's
 * own address; `partsOf` replaces parts of the context.
 */
export async function withContext<T>(
  work: (context: Context) => Promise<T>,
  listensOn: readonly string[] = [],
  partsOf: (config: Config) => Partial<Context> = () => ({}),
): Promise<T> {
  const config = readConfig(process.env, listensOn)
  const log = makeLog(config)
  // Onto the error itself the library hangs the whole client, with every statement that it has prepared.
  const onIdleError = ({ message }: Error) => log.warn({ reason: message }, 'database connection lost')
  const run = async (db: Database) => {
    const context = makeContext({ config, db, log, ...partsOf(config) })
    try {
      return await work(context)
    } finally {
      await closeContext(context)
    }
  }
  return await withDatabase(run, { onIdleError }, config)
}
