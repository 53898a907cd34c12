/**
 * What can go wrong for a reason that the person who asked should hear. Everything else that is thrown is a
 * bug, and its text is shown to nobody.
 */
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

/** Whoever asked may not do that, or did not say who they are. */
export class Forbidden extends PatchworkError {
  constructor(message = 'You do not have permission to perform this action.') {
    super(403, message)
  }
}

/** It cannot be done in the state that things are in. */
export class Conflict extends PatchworkError {
  constructor(message: string) {
    super(409, message)
  }
}

/**
 * Somebody else changed, since a form was shown, what it would change. `fields` are the names of what differs, `current`
 * is what the whole row has now.
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

/** What was sent makes no sense; `fields` says for each field why, in the form that the API answers with. */
export class Invalid extends PatchworkError {
  readonly fields: object | undefined

  constructor(message: string, fields?: object) {
    super(400, message)
    this.fields = fields
  }
}

/** Whoever asked has asked too often. */
export class TooMany extends PatchworkError {
  override readonly retryAfter: number

  constructor(message: string, retryAfter: number) {
    super(429, message)
    this.retryAfter = retryAfter
  }
}

/** When to ask again for what a database did not do, in seconds. */
const PAUSE = 10

/** The database is held by somebody else for longer than we wait: worth another try later. */
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
    super(503, 'The database is away; try again later.', options)
  }
}
