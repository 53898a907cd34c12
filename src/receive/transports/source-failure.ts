import type { Context } from '../../config/context.js'
import { clearFailure, noteFailure } from '../../domain/failures/failures.js'
import { toTime } from '../../util/time.js'

/** Mail sources that cannot be read: administrators get a letter about those that keep failing. */

/** Notes that a source cannot be read. Never fails: where it is the database that is away, the log has said so. */
export async function recordSourceFailure(
  { db, now, log }: Context,
  source: string,
  { message: reason }: Error,
): Promise<void> {
  try {
    await noteFailure(db, { kind: 'source', name: source, reason }, toTime(now()))
  } catch (error) {
    log.error({ err: error, source }, 'a failure could not be noted')
  }
}

/** Notes that a source could be read. */
export async function recordSourceRecovery({ db }: Context, source: string): Promise<void> {
  await clearFailure(db, 'source', source)
}
