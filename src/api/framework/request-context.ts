import type { FastifyRequest } from 'fastify'
import { authenticate, type Login } from '../../auth/http-auth.js'
import type { TokenLimits, Viewer } from '../../auth/permissions.js'
import { hasCsrfHeader, viewerOf } from '../../auth/session.js'
import type { Context } from '../../config/context.js'
import type { Database, Time } from '../../db/schema.js'
import type { Actor, Authority } from '../../domain/actor.js'
import { projectsCheckedBy } from '../../domain/projects/checkers.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { limitsOf, type Token } from '../../domain/tokens/queries.js'
import { findUserById } from '../../domain/users/queries.js'
import { publicUrlOf } from '../../server/public-url.js'
import { addressOf } from '../../server/rate-limit.js'
import { forgetAnswer, noteLogin } from '../../server/remember-answers.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { once } from '../../util/once.js'
import { toTime } from '../../util/time.js'
import { type Fields, type RequestBody, readFields, requestBody, requestItems, type Values } from './body.js'
import { makeResponseContext, type ResponseContext } from './response-context.js'
import { isInVersion, type Version } from './versions.js'

/** The context of a handler. */
export interface RequestContext {
  readonly db: Database
  readonly response: ResponseContext
  readonly query: URLSearchParams
  readonly config: Context['config']
  /** What reads new events for those who follow them. */
  readonly eventFeeds: Context['eventFeeds']
  /** The thread that compares series. */
  readonly rangeDiffs: Context['rangeDiffs']
  readonly viewer: Viewer
  /** The time. An answer that depends on it is not remembered. */
  readonly now: Time
  /** The same viewer, as the audit trail names them. */
  readonly actor: Actor | undefined
  /** The token that the viewer has sent, if any. */
  readonly token: Token | undefined
  /** For requests that stay open: throws Forbidden once what the caller has sent opens nothing any more. */
  readonly requireStillValid: () => Promise<void>
  /** Says that the answer depends on something else than the database, so that it is not remembered. */
  readonly forgetAnswer: () => void
  /** Whether it does so far. */
  readonly isForgotten: () => boolean
  /** Takes one answer, or one row of a list, to the form of the version. */
  readonly toVersion: (answer: unknown) => unknown
  /** A number in the path, by its name. */
  readonly id: (name: string) => number
  readonly text: (name: string) => string
  /** The request body. Throws if it is not a set of fields. */
  readonly body: () => RequestBody
  /** The items of a request body that is a list; undefined for any other body. Throws Invalid for more than `most`. */
  readonly items: (most: number) => readonly unknown[] | undefined
}

/** The same for a logged-in caller, as operations with `needsLogin` get it. */
export interface AuthenticatedContext extends RequestContext {
  readonly viewer: NonNullable<Viewer>
  readonly actor: Actor
}

/** The caller, with whether they are an administrator: requests mostly need not know. */
export async function readAuthority({ db, viewer }: AuthenticatedContext): Promise<Authority> {
  const user = await findUserById(db, viewer.id)
  return { ...viewer, is_superuser: user?.is_superuser ?? 0 }
}

const WRITING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Reads what all addresses read of a request. Throws Forbidden, Invalid and NotFound. */
export async function makeRequestContext(
  context: Context,
  request: FastifyRequest,
  prefix: string,
  version: Version,
  toVersion: RequestContext['toVersion'],
  formats: readonly string[],
): Promise<RequestContext> {
  const { db, config, now, rangeDiffs, eventFeeds } = context
  const query = request.query as URLSearchParams
  const moment = now()
  // Most requests need no text of it, which takes as long as reading a row.
  const time = once(() => toTime(moment))
  const { user, token } = (await authenticated(context, request, moment)) ?? {}
  const format = query.get('format')
  if (format !== null && format !== '' && !formats.includes(format)) throw new NotFound()
  const forgetting = forgettingOf(request)
  return {
    db,
    query,
    config,
    rangeDiffs,
    eventFeeds,
    viewer: user && (await viewerOfApi(db, user.id, token && limitsOf(token))),
    token,
    requireStillValid: async () => {
      const login = await authenticated(context, request, now())
      if (user && !login) throw new Forbidden('Authentication credentials were not provided.')
    },
    ...forgetting,
    get now() {
      forgetting.forgetAnswer()
      return time()
    },
    actor: user && { id: user.id, name: user.username, way: 'API', time: time(), token: token?.id },
    response: await makeResponseContext(db, {
      base: publicUrlOf(request, config),
      prefix,
      version,
      suffix: format ? `?format=${format}` : '',
    }),
    toVersion,
    ...pathReaders(request),
    ...bodyReaders(request),
  }
}

function forgettingOf(request: FastifyRequest): Pick<RequestContext, 'forgetAnswer' | 'isForgotten'> {
  let isForgotten = false
  return {
    forgetAnswer() {
      isForgotten = true
      forgetAnswer(request)
    },
    isForgotten: () => isForgotten,
  }
}

function pathReaders({ params }: FastifyRequest): Pick<RequestContext, 'id' | 'text'> {
  const parameters = params as Record<string, string>
  return { id: (name) => Number(parameters[name]), text: (name) => parameters[name] as string }
}

function bodyReaders(request: FastifyRequest): Pick<RequestContext, 'body' | 'items'> {
  return { body: () => requestBody(request), items: (most) => requestItems(request, most) }
}

async function viewerOfApi(
  db: Database,
  id: number,
  limits: TokenLimits | undefined,
): Promise<NonNullable<Viewer>> {
  const [maintains, checks] = [await projectsMaintainedBy(db, id), await projectsCheckedBy(db, id)]
  return { id, maintains, checks, limits }
}

/**
 * By its `Authorization` header, or as the browser that it comes from has logged in: which can write only
 * with the token that no page but ours knows.
 */
async function authenticated(
  { db, auth }: Pick<Context, 'db' | 'auth'>,
  request: FastifyRequest,
  now: Date,
): Promise<Login | undefined> {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const login = await authenticate(db, auth, authorization, { address: addressOf(request), now })
    noteLogin(request, login)
    return login
  }
  if (cookie === undefined) return undefined
  const user = await viewerOf(db, request, toTime(now))
  if (user && WRITING.has(request.method) && !hasCsrfHeader(request))
    throw new Forbidden('CSRF Failed: CSRF token missing or incorrect.')
  return user && { user }
}

/** The logged-in caller if `isAllowed`. Throws Forbidden with messages that clients know. */
export function requireRight({ viewer }: RequestContext, isAllowed: boolean): NonNullable<Viewer> {
  if (!viewer) throw new Forbidden('Authentication credentials were not provided.')
  if (!isAllowed) throw new Forbidden()
  return viewer
}

/**
 * Reads the fields of the request body; fields that the version does not have are ignored like unknown fields.
 * `isPartial`: omitted fields keep their values. Throws Invalid with all errors, by field.
 */
export async function readBody<F extends Fields>(
  { db, response, body }: RequestContext,
  fields: F,
  isPartial: boolean,
): Promise<Values<F>> {
  const known = Object.entries(fields).filter(([, { schema }]) => isInVersion(schema, response.version))
  return await readFields(db, body(), Object.fromEntries(known) as F, isPartial, response.version)
}

/** The only row, or NotFound with the words that clients know. */
export function firstOrNotFound<Row>(rows: readonly Row[], kind: string): Row {
  const [row] = rows
  if (row === undefined) throw new NotFound(`No ${kind} matches the given query.`)
  return row
}
