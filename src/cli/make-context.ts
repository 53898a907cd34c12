import { AuthState } from '../auth/auth-state.js'
import type { Config } from '../config/config.js'
import type { Context } from '../config/context.js'
import type { Database } from '../db/schema.js'
import { StatisticsCache } from '../domain/projects/statistics.js'
import { makeLog } from '../util/log.js'

interface Given extends Partial<Context> {
  readonly config: Config
  readonly db: Database
}

/** What a server works with, on a database; the parts that are not given are made. */
export function makeContext(given: Given): Context {
  return {
    log: makeLog(given.config),
    now: () => new Date(),
    auth: new AuthState(given.config),
    statistics: new StatisticsCache(given.db),
    ...given,
  }
}

/** Ends what the parts of a context started; its database is closed by those who opened it. */
export async function closeContext({ auth }: Context): Promise<void> {
  await auth.close()
}
