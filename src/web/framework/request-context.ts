import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import type { AuthState } from '../../auth/auth-state.js'
import {
  cookieName,
  csrfSecrets,
  csrfToken,
  FLASH_COOKIE,
  FORM_COOKIE,
  isCsrfToken,
  newToken,
  SESSION_COOKIE,
  secretIn,
  viewerOf,
} from '../../auth/session.js'
import type { Config } from '../../config/config.js'
import type { Context } from '../../config/context.js'
import { type CachedState, cachedState } from '../../db/row-cache.js'
import type { Database, Time } from '../../db/schema.js'
import { findListView, type ListView } from '../../domain/list-view.js'
import { countTodo } from '../../domain/patches/todo.js'
import { listProjects, type Project } from '../../domain/projects/queries.js'
import type { StatisticsCache } from '../../domain/projects/statistics.js'
import type { User } from '../../domain/users/queries.js'
import { LIST_VIEW_COOKIE } from '../../server/answer-key.js'
import { publicUrlOf } from '../../server/public-url.js'
import { expireAnswer, forgetAnswer, REMEMBERED } from '../../server/remember-answers.js'
import { readCookie } from '../../util/cookies.js'
import { Forbidden } from '../../util/errors.js'
import { DAY_MS, toTime } from '../../util/time.js'
import { ByteSlots } from './byte-slots.js'
import { FLASH_LIFETIME, type Flash, flashValue, readFlash } from './flash.js'
import { followRenames } from './form-place.js'
import { sendPage } from './page.js'

/** One request for a page, and who makes it. */
export interface RequestContext {
  readonly db: Database
  readonly config: Config
  readonly auth: AuthState
  readonly statistics: StatisticsCache
  readonly rangeDiffs: Context['rangeDiffs']
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly query: URLSearchParams
  /** The path that was asked for, without its query. */
  readonly path: string
  /** The public URL: `https://patchwork.example.org` */
  readonly base: string
  /** The base of links in mails; empty without a public URL, because a request must not decide where our links lead. */
  readonly mailBase: string
  /** The time. An answer that depends on it is not remembered. */
  readonly now: Time
  /** The day, in UTC: `2026-11-23`. An answer that depends on it is remembered until its end. */
  readonly today: string
  readonly viewer: User | undefined
  readonly theme: 'light' | 'dark' | undefined
  /** What the viewer wants lists of patches to show first; undefined: what the project says. */
  readonly listView: ListView | undefined
  readonly projects: readonly Project[]
  /** How many patches wait for the viewer. */
  readonly todo: number
  /** The result of the previous action. */
  readonly message: Flash | undefined
  /** The bundle that the page is about, by number, for its forms. */
  readonly bundleId?: number
  /** What is kept of the state of the database that the request found, or a later one. */
  readonly cached: CachedState
  /** What of the page is there as bytes. */
  readonly slots: ByteSlots
  /** A form that was sent and refused: the page shows its values again. */
  readonly sent?: URLSearchParams
  /**
   * The secret that proves the forms of this page to be ours: of the session, of the one that this very answer begins,
   * or of a browser without one. Undefined for a browser that has not been given any.
   */
  readonly formSecret: string | undefined
}

/** What routes are added to. */
export interface AppContext {
  readonly app: FastifyInstance
  readonly context: Context
}

type Handler = (context: RequestContext) => Promise<VNode | FastifyReply>

/** Answers a path with the page that `handler` makes, or with whatever it has sent itself. */
export function addPage(appContext: AppContext, path: string, handler: Handler): void {
  appContext.app.get(
    path,
    { config: REMEMBERED },
    async (request, reply) => await answer(appContext, request, reply, handler),
  )
}

/** Handles the forms posted to a path; forms without a valid CSRF token are refused. */
export function addForm(
  appContext: AppContext,
  path: string,
  handler: (context: RequestContext, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  appContext.app.post(path, async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    return await answer(appContext, request, reply, async (context) => {
      requireCsrf(context, form)
      form.delete('csrf')
      await followRenames(context.db, request, form)
      return await handler(context, form)
    })
  })
}

async function answer(
  appContext: AppContext,
  request: FastifyRequest,
  reply: FastifyReply,
  handler: Handler,
): Promise<FastifyReply> {
  const context = await makeRequestContext(appContext.context, request, reply)
  const page = await handler(context)
  // A reply that a handler awaited has come to nothing here, but it is sent.
  if (reply.sent || isReply(page)) return reply
  if (context.message) setCookie(context, FLASH_COOKIE, '', 0)
  return sendPage(reply, page, context.slots)
}

/**
 * Ends an action: redirects to a local path, where the next page shows the result. `change`: the number of the change
 * that was made, whose undo the page offers.
 */
export function redirectWith(
  context: RequestContext,
  path: string,
  text: string,
  isProblem = false,
  change?: number,
): FastifyReply {
  const value = flashValue(context.request, { text, isProblem, change }, context.viewer !== undefined)
  if (value !== undefined) setCookie(context, FLASH_COOKIE, value, FLASH_LIFETIME)
  return context.reply.redirect(path)
}

function isReply(page: VNode | FastifyReply): page is FastifyReply {
  return 'sent' in page
}

/** Who asks, from where, and what every page shows. */
export async function makeRequestContext(
  { db, config, auth, statistics, rangeDiffs, now }: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RequestContext> {
  const time = toTime(now())
  const cached = cachedState(db)
  const viewer = await viewerOf(db, request, time)
  const theme = readCookie(request.headers.cookie, 'theme')
  return {
    db,
    config,
    auth,
    statistics,
    rangeDiffs,
    request,
    reply,
    query: request.query as URLSearchParams,
    path: request.url.split('?', 1)[0] as string,
    base: publicUrlOf(request, config),
    mailBase: config.publicUrl ?? '',
    get now() {
      forgetAnswer(request)
      return time
    },
    get today() {
      const day = time.slice(0, 10)
      expireAnswer(request, Date.parse(day) + DAY_MS)
      return day
    },
    viewer,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    listView: findListView(viewer ? viewer.list_view : readCookie(request.headers.cookie, LIST_VIEW_COOKIE)),
    projects: await listProjects(db),
    todo: viewer ? await countTodo(db, viewer.id) : 0,
    message: readFlash(request, viewer !== undefined),
    cached,
    slots: new ByteSlots(),
    formSecret: secretIn(request, viewer ? SESSION_COOKIE : FORM_COOKIE),
  }
}

/** Sets a cookie that scripts can't read, for `maxAge` seconds, by default until the browser is closed. */
export function setCookie(
  { request, reply }: Pick<RequestContext, 'request' | 'reply'>,
  name: string,
  value: string,
  maxAge?: number,
): void {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  const options = `Path=/; HttpOnly; SameSite=Lax${request.isSecure ? '; Secure' : ''}${lifetime}`
  void reply.header('set-cookie', `${cookieName(name, request.isSecure)}=${value}; ${options}`)
}

/** The token for a form on the page. Throws if the page was not said to have forms; see `withForms`. */
export function formToken({ formSecret }: RequestContext): string {
  if (formSecret === undefined) throw new Error('A page for visitors has a form, and no secret for it.')
  return csrfToken(formSecret)
}

/**
 * The context of a page with forms that visitors send too: a browser that has no secret gets one, by a cookie. All
 * other pages of visitors set none, so that a cache may keep them.
 */
export function withForms(context: RequestContext): RequestContext {
  if (context.formSecret !== undefined) return context
  const formSecret = newToken()
  setCookie(context, FORM_COOKIE, formSecret)
  return { ...context, formSecret }
}

function requireCsrf({ request, viewer }: RequestContext, form: URLSearchParams): void {
  const sent = form.get('csrf') ?? ''
  const secrets = csrfSecrets(request, viewer !== undefined)
  if (!secrets.some((secret) => isCsrfToken(secret, sent)))
    throw new Forbidden(
      'This form is too old or does not come from this site. Go back, reload the page and try again.',
    )
}
