import { DatabaseUnavailable, PatchworkError } from '../util/errors.js'
import { capabilities } from './dialect/dialect.js'
import type { Database } from './schema.js'

/** What whoever asked should hear of an error: of trouble of the database that it is away, else the error itself. */
export function toPublicError(db: Database, error: unknown): unknown {
  if (error instanceof PatchworkError || !capabilities(db).isUnavailable(error)) return error
  return new DatabaseUnavailable({ cause: error })
}
