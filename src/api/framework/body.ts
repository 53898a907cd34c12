import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { Database } from '../../db/schema.js'
import { Invalid, PatchworkError } from '../../util/errors.js'
import { LATEST, type Version } from './versions.js'

/** How what clients send is read: field by field, with the errors in the words that they know. */

/** The fields of a body: of a form, or of a JSON object. */
export type RequestBody = URLSearchParams | Readonly<Record<string, unknown>>

/** A field that can be sent. */
export interface Field<T> {
  readonly schema: TSchema
  /** POST and PUT need it. */
  readonly isRequired?: boolean
  /** The value if a form that replaces a whole object omits the field, as browsers do with an unticked box. */
  readonly unticked?: T
  /** Of a form, all values of that name; of JSON, a list. */
  readonly isList?: boolean
  /** Understands a value that was sent; throws FieldError. */
  read(value: unknown, db: Database, version: Version): T | Promise<T>
}

export type Fields = Readonly<Record<string, Field<unknown>>>

/** The values of the fields that were sent. */
export type Values<F extends Fields> = {
  -readonly [K in keyof F]?: F[K] extends Field<infer T> ? T : never
}

/** The errors of one field: sentences, or errors by field of a nested object. */
export class FieldError extends Error {
  readonly problems: unknown

  constructor(...problems: unknown[]) {
    super('A field is invalid.')
    this.problems = problems
  }

  /** With the errors of the fields within it, by name. */
  static within(problems: object): FieldError {
    const error = new FieldError()
    return Object.assign(error, { problems })
  }
}

/** The name of a type in error messages: clients know Python's names. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'boolean':
      return 'bool'
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float'
    default:
      return 'dict'
  }
}

/** The fields of a request's body; empty without a body. Throws 415 unless it is JSON or a form. */
export function requestBody(request: FastifyRequest): RequestBody {
  const { body } = request
  if (body instanceof URLSearchParams) return body
  if (body === undefined) {
    const type = request.headers['content-type']
    if (type === undefined) return {}
    throw new PatchworkError(415, `Unsupported media type "${type}" in request.`)
  }
  return asObject(body)
}

/** A JSON object. Throws Invalid for anything else. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  const sentence = `Invalid data. Expected a dictionary, but got ${typeName(value)}.`
  throw new Invalid(sentence, { detail: [sentence] })
}

/** The items of a body that is a JSON list; undefined for any other body. Throws Invalid for more than `most`. */
export function requestItems({ body }: FastifyRequest, most: number): readonly unknown[] | undefined {
  if (!Array.isArray(body)) return undefined
  if (body.length <= most) return body
  const sentence = `One request has at most ${most} items.`
  throw new Invalid(sentence, { detail: [sentence] })
}

/** Whether no field was sent at all. */
export function isEmpty(body: RequestBody): boolean {
  return body instanceof URLSearchParams ? body.size === 0 : Object.keys(body).length === 0
}

/** Whether a field was sent. */
export function hasField(body: RequestBody, name: string): boolean {
  return body instanceof URLSearchParams ? body.has(name) : Object.hasOwn(body, name)
}

function valueOf(body: RequestBody, name: string, isList: boolean | undefined): unknown {
  if (!(body instanceof URLSearchParams)) return body[name]
  return isList ? body.getAll(name) : body.getAll(name).at(-1)
}

/**
 * Reads the fields of a body; unknown fields are ignored. `isPartial`: omitted fields keep their values (PATCH).
 * Throws Invalid with all errors, by field.
 */
export async function readFields<F extends Fields>(
  db: Database,
  body: RequestBody,
  fields: F,
  isPartial: boolean,
  version: Version = LATEST,
): Promise<Values<F>> {
  const values: Record<string, unknown> = {}
  const problems: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    if (hasField(body, name)) {
      try {
        values[name] = await field.read(valueOf(body, name, field.isList), db, version)
      } catch (error) {
        if (!(error instanceof FieldError)) throw error
        problems[name] = error.problems
      }
    } else if (!isPartial) {
      if (body instanceof URLSearchParams && field.unticked !== undefined) values[name] = field.unticked
      else if (field.isRequired) problems[name] = ['This field is required.']
    }
  }
  throwIfAny(problems)
  return values as Values<F>
}

/** Throws Invalid if there is any problem. */
export function throwIfAny(problems: Record<string, unknown>): void {
  if (Object.keys(problems).length > 0) throw new Invalid('The request body is invalid.', problems)
}
