import { DatabaseUnavailable, PatchworkError } from '../util/errors.js'
import { capabilities } from './dialect/dialect.js'
import type { Database } from './schema.js'

/** Maps an error of the database to DatabaseUnavailable; returns other errors as they are. */
export function toPublicError(db: Database, error: unknown): unknown {
  if (error instanceof PatchworkError || !capabilities(db).isUnavailable(error)) return error
  return new DatabaseUnavailable({ cause: error })
}
