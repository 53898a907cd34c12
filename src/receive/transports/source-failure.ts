import type { Context } from '../../config/context.js'
import { clearFailure, noteFailure } from '../../domain/failures/updates.js'
import { toTime } from '../../util/time.js'

/** Failures of mail sources: administrators are notified by mail about persistent ones. */

/** Records that a source cannot be read. Never throws: if the database is unavailable, that is already logged. */
export async function recordSourceFailure(
  { db, now, log }: Context,
  source: string,
  { message: reason }: Error,
): Promise<void> {
  try {
    await noteFailure(db, { kind: 'source', name: source, reason }, toTime(now()))
  } catch (error) {
    log.error({ err: error, source }, 'failure could not be recorded')
  }
}

/** Records that a source could be read. */
export async function recordSourceRecovery({ db }: Context, source: string): Promise<void> {
  await clearFailure(db, 'source', source)
}
