import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import {
  cookieName,
  csrfToken,
  FORM_COOKIE,
  isCsrfToken,
  MESSAGE_COOKIE,
  newToken,
  provingSecrets,
  readCookie,
  SESSION_COOKIE,
  secretIn,
  viewerOf,
} from '../../auth/session.js'
import type { Config } from '../../config/config.js'
import type { Context } from '../../config/context.js'
import type { Database, Time } from '../../db/schema.js'
import { countTodo } from '../../domain/patches/todo.js'
import { listProjects, type Project } from '../../domain/projects/projects.js'
import type { User } from '../../domain/users/users.js'
import { baseOf } from '../../server/public-url.js'
import { Forbidden } from '../../util/errors.js'
import { toTime } from '../../util/time.js'
import { MESSAGE_LIFETIME, type Message, messageValue, readMessage } from './flash.js'
import { sendPage } from './page.js'

/** One request for a page, and who makes it. */
export interface Visit {
  readonly db: Database
  readonly config: Config
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly query: URLSearchParams
  /** The path that was asked for, without its query. */
  readonly path: string
  /** Where we are reached: `https://patchwork.example.org` */
  readonly base: string
  /** What links in mails begin with; empty without a public address: whoever asks must not write our links. */
  readonly mailBase: string
  readonly now: Time
  readonly viewer: User | undefined
  readonly theme: 'light' | 'dark' | undefined
  readonly projects: readonly Project[]
  /** How many patches wait for the viewer. */
  readonly todo: number
  /** What became of the action that led here. */
  readonly message: Message | undefined
  /** A form that was sent and refused: the page shows its values again. */
  readonly sent?: URLSearchParams
  /** The secret of a session that this very answer begins. */
  readonly newSession?: string
}

/** What routes are added to. */
export interface Mount {
  readonly app: FastifyInstance
  readonly context: Context
}

type Handler = (visit: Visit) => Promise<VNode | FastifyReply>

/** Answers a path with the page that `handler` makes, or with whatever it has sent itself. */
export function addPage(mount: Mount, path: string, handler: Handler): void {
  mount.app.get(path, async (request, reply) => await answer(mount, request, reply, handler))
}

/** Answers the forms that are sent to a path; those that no page of ours showed are refused. */
export function addForm(
  mount: Mount,
  path: string,
  handler: (visit: Visit, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  mount.app.post(path, async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    return await answer(mount, request, reply, async (visit) => {
      requireCsrf(visit, form)
      form.delete('csrf')
      return await handler(visit, form)
    })
  })
}

async function answer(
  { context }: Mount,
  request: FastifyRequest,
  reply: FastifyReply,
  handler: Handler,
): Promise<FastifyReply> {
  const visit = await visitOf(context, request, reply)
  const page = await handler(visit)
  // A reply that a handler awaited has come to nothing here, but it is sent.
  if (reply.sent || isReply(page)) return reply
  if (visit.message) setCookie(visit, MESSAGE_COOKIE, '', 0)
  return sendPage(reply, page)
}

/** Ends an action: leads to a path of ours, where the next page tells what became of it. */
export function redirectWith(visit: Visit, path: string, text: string, isProblem = false): FastifyReply {
  const value = messageValue(visit.request, { text, isProblem }, visit.viewer !== undefined)
  if (value !== undefined) setCookie(visit, MESSAGE_COOKIE, value, MESSAGE_LIFETIME)
  return visit.reply.redirect(path)
}

function isReply(page: VNode | FastifyReply): page is FastifyReply {
  return 'sent' in page
}

/** Who asks, from where, and what every page shows. */
export async function visitOf(
  { db, config, now }: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visit> {
  const time = toTime(now())
  const viewer = await viewerOf(db, request, time)
  const theme = readCookie(request.headers.cookie, 'theme')
  return {
    db,
    config,
    request,
    reply,
    query: request.query as URLSearchParams,
    path: request.url.split('?', 1)[0] as string,
    base: baseOf(request, config),
    mailBase: config.publicUrl ?? '',
    now: time,
    viewer,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    projects: await listProjects(db),
    todo: viewer ? await countTodo(db, viewer.id) : 0,
    message: readMessage(request, viewer !== undefined),
  }
}

/** Sets a cookie that scripts can't read, for `maxAge` seconds, by default until the browser is closed. */
export function setCookie(
  { request, reply }: Pick<Visit, 'request' | 'reply'>,
  name: string,
  value: string,
  maxAge?: number,
): void {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  const options = `Path=/; HttpOnly; SameSite=Lax${request.isSecure ? '; Secure' : ''}${lifetime}`
  void reply.header('set-cookie', `${cookieName(name, request.isSecure)}=${value}; ${options}`)
}

/** The token for a form on the page that is being made; a browser without a session gets a cookie for it. */
export function formToken(visit: Visit): string {
  const { request, viewer } = visit
  const known = visit.newSession ?? secretIn(request, viewer ? SESSION_COOKIE : FORM_COOKIE)
  if (known !== undefined) return csrfToken(known)
  const token = newToken()
  setCookie(visit, FORM_COOKIE, token)
  return csrfToken(token)
}

function requireCsrf({ request, viewer }: Visit, form: URLSearchParams): void {
  const sent = form.get('csrf') ?? ''
  const secrets = provingSecrets(request, viewer !== undefined)
  if (!secrets.some((secret) => isCsrfToken(secret, sent)))
    throw new Forbidden(
      'This form is too old or does not come from this site. Go back, reload the page and try again.',
    )
}
