/** Errors whose message the caller should see. Every other error is a bug, and its message is not shown. */
export class PatchworkError extends Error {
  /** The HTTP status that this becomes. */
  readonly status: number
  /** Seconds after which the client may try again (`Retry-After`). */
  readonly retryAfter?: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.status = status
  }
}

/** The resource does not exist, or not for this caller. */
export class NotFound extends PatchworkError {
  constructor(message = 'Not found.') {
    super(404, message)
  }
}

/** The caller lacks the permission, or is not logged in. */
export class Forbidden extends PatchworkError {
  constructor(message = 'You do not have permission to perform this action.') {
    super(403, message)
  }
}

/** The current state does not allow the operation. */
export class Conflict extends PatchworkError {
  constructor(message: string) {
    super(409, message)
  }
}

/**
 * Another user changed the same fields since the form was shown. `fields` are the names of the changed fields,
 * `current` is the current state of the row.
 */
export class EditConflict extends Conflict {
  readonly fields: readonly string[]
  readonly current: object

  constructor(fields: readonly string[], current: object) {
    const names = fields.map((name) => name.replaceAll('_', ' ')).join(', ')
    super(`Somebody else changed the ${names} in the meantime. Nothing was saved.`)
    this.fields = fields
    this.current = current
  }
}

/** The input is invalid; `fields` has the reasons by field, in the format of the API's error response. */
export class Invalid extends PatchworkError {
  readonly fields: object | undefined

  constructor(message: string, fields?: object) {
    super(400, message)
    this.fields = fields
  }
}

/** The caller exceeded a rate limit. */
export class TooMany extends PatchworkError {
  override readonly retryAfter: number

  constructor(message: string, retryAfter: number) {
    super(429, message)
    this.retryAfter = retryAfter
  }
}

/** Delay before another attempt, in seconds. */
const PAUSE = 10

/** Another process holds the database longer than we wait; a later attempt may succeed. */
export class Busy extends PatchworkError {
  override readonly retryAfter = PAUSE

  constructor(message = 'The database is busy; try again later.', options?: ErrorOptions) {
    super(503, message, options)
  }
}

/** The database does not answer, or its disk does not; `cause` says how. */
export class DatabaseUnavailable extends PatchworkError {
  override readonly retryAfter = PAUSE

  constructor(options: ErrorOptions) {
    super(503, 'The database is not available; try again later.', options)
  }
}
