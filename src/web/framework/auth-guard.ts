import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Actor } from '../../domain/actor.js'
import type { User } from '../../domain/users/queries.js'
import { LoginPage, loginPath } from '../ui/login-form.js'
import { type AppContext, addForm, addPage, type RequestContext, withForms } from './request-context.js'

/** The context of a logged-in user. */
export interface UserContext extends RequestContext {
  readonly viewer: User
}

/** Who makes the changes of a visit. */
export function actorOf({ viewer, now }: UserContext): Actor {
  return { id: viewer.id, name: viewer.username, way: 'page', time: now }
}

/** A page for users: a visitor is sent to the login page and returns after logging in. */
export function addUserPage(
  appContext: AppContext,
  path: string,
  handler: (context: UserContext) => Promise<VNode | FastifyReply>,
): void {
  addPage(appContext, path, async (context) =>
    isLoggedIn(context) ? await handler(context) : askToLogIn(context),
  )
}

/** A form of one's own. */
export function addUserForm(
  appContext: AppContext,
  path: string,
  handler: (context: UserContext, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  addForm(appContext, path, async (context, form) =>
    isLoggedIn(context) ? await handler(context, form) : askToLogIn(context, form),
  )
}

/** Whether the user is logged in. */
export function isLoggedIn(context: RequestContext): context is UserContext {
  return context.viewer !== undefined
}

/** Asks to log in, and then goes on: with the page, or with the form that was sent to it. */
export function askToLogIn(context: RequestContext, form?: URLSearchParams): FastifyReply | VNode {
  const { reply, request } = context
  if (!form) return reply.redirect(loginPath(request.url))
  // Passwords are not written into a page, and without fields there is nothing to keep.
  if (form.size === 0 || [...form.keys()].some((name) => /password|again/.test(name)))
    return reply.redirect(loginPath('/user/'))
  void reply.code(403)
  return LoginPage({ context: withForms(context), next: request.url, form: form.toString() })
}
