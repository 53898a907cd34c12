import type { FastifyReply } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Scope } from '../../auth/permissions.js'
import type { Fields } from './body.js'
import type { ListDescription } from './listing.js'
import type { Refusal } from './login.js'
import type { AuthenticatedContext, RequestContext } from './request-context.js'
import type { Version } from './versions.js'

/** One method of one path: everything that is needed to serve and to document it. */
export interface Operation {
  /** Its `operationId`, such as `patches_list`, which client generators use. */
  readonly id: string
  /** A short description. */
  readonly summary: string
  readonly description: string
  /** The version that brought it. */
  readonly since?: Version
  /** Whether the versions before that one name it in `Allow` all the same, as deployed clients know it. */
  readonly isNamedBefore?: boolean
  /** Whether it does no more than say what to do instead. */
  readonly isRefused?: boolean
  /** Whether it requires a login; login.ts enforces it. */
  readonly needsLogin?: boolean
  /**
   * For reads that require a login: the scope that a token needs; by default `read`. What needs no login needs no scope,
   * and for writes the commands of `domain/` require one.
   */
  readonly readScope?: Scope | 'none'
  /** Throws NotFound if the addressed object is missing; called before a caller without a login is refused. */
  readonly subject?: (request: RequestContext) => Promise<unknown>
  /** What others hear, where it is not that credentials are missing. */
  readonly refusal?: Refusal
  /** For lists: how they are filtered and sorted. */
  readonly listing?: ListDescription
  /** Parameters of the query besides those of a list. */
  readonly parameters?: readonly QueryParameter[]
  /** Whether `format=text` asks for a `PlainText`. */
  readonly hasText?: boolean
  /** The fields of the request body, for writes. */
  readonly fields?: Fields
  /** Maximum number of such bodies that a request sends as a list; undefined: a list is refused. */
  readonly maxItems?: number
  /** Whether fields that are left out stay as they are. */
  readonly isPartial?: boolean
  /** Whether it is refused with 409 where something is in the way, or since which version. */
  readonly mayConflict?: boolean | Version
  /** Headers of its success, as the document has them, and since which version. */
  readonly headers?: Readonly<Record<string, Version>>
  /** The status of a success; 200 by default. */
  readonly status?: 200 | 201 | 204
  /** Schema of the response; undefined for 204. */
  readonly answer?: TSchema
  /** False for what is read from silent tables (`db/silent-tables.ts`): it changes without a sign. */
  readonly isRemembered?: false
  /** Whether a query asks it to wait for what is new. */
  readonly waits?: (query: URLSearchParams) => boolean
  /** Whether its success is a stream of Server-Sent Events. */
  readonly isStream?: boolean
  /** A success that is answered with 200 instead of `status`. */
  readonly otherAnswer?: { readonly answer: TSchema; readonly description: string }
  readonly handle: (request: RequestContext, reply: FastifyReply) => Promise<unknown>
}

/** A parameter of the query or a header, as the document describes it; the handler reads it. */
export interface QueryParameter {
  readonly name: string
  readonly description: string
  readonly schema: TSchema
  readonly since?: Version
  /** Where it is, if not in the query. */
  readonly in?: 'header'
}

/** An answer that is text and no JSON. */
export class PlainText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The answer of a handler that has begun a stream of its own. */
export const STREAMED = Symbol('streamed')

/** The answer of a success that has 200 instead of the status of its operation. */
export class OtherAnswer<T> {
  readonly value: T

  constructor(value: T) {
    this.value = value
  }
}

type Declared<Handled, Answer> = Omit<Operation, 'answer' | 'handle' | 'needsLogin'> & {
  handle: (request: Handled, reply: FastifyReply) => Promise<Answer>
}

/**
 * Checks at compile time that a handler returns its declared response. A handler has a known caller only if the
 * operation declares `needsLogin`.
 */
export function operation<S extends TSchema>(
  declared: Declared<AuthenticatedContext, Static<S>> & { needsLogin: true; answer: S; otherAnswer?: never },
): Operation
export function operation<S extends TSchema, T extends TSchema>(
  declared: Declared<AuthenticatedContext, Static<S> | OtherAnswer<Static<T>>> & {
    needsLogin: true
    answer: S
    otherAnswer: { answer: T; description: string }
  },
): Operation
export function operation<S extends TSchema>(
  declared: Declared<RequestContext, Static<S>> & { needsLogin?: false; hasText?: false; answer: S },
): Operation
export function operation<S extends TSchema>(
  declared: Declared<RequestContext, Static<S> | PlainText> & {
    needsLogin?: false
    hasText: true
    answer: S
  },
): Operation
export function operation(
  declared: Declared<RequestContext, typeof STREAMED> & { needsLogin?: false; isStream: true },
): Operation
export function operation(
  declared: Declared<AuthenticatedContext, void> & { needsLogin: true; status: 204 },
): Operation
export function operation(declared: object): Operation {
  return declared as Operation
}

/** The methods of one address. */
export interface Resource {
  /** With `:name` for parameters; a name that ends in `id` is a number. */
  readonly path: string
  /** Its heading in the documentation. */
  readonly tag: string
  readonly get?: Operation
  readonly post?: Operation
  readonly put?: Operation
  readonly patch?: Operation
  readonly delete?: Operation
}

/** In the order that clients know from `Allow`. */
export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

export type Method = (typeof METHODS)[number]
