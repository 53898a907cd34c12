import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Actor } from '../../domain/audit/audit.js'
import type { User } from '../../domain/users/users.js'
import { LoginPage, loginPath } from '../ui/login-form.js'
import { addForm, addPage, type Mount, type Visit } from './request-context.js'

/** A visit of somebody who has logged in. */
export interface OwnVisit extends Visit {
  readonly viewer: User
}

/** Who makes the changes of a visit. */
export function actorOf({ viewer, now }: OwnVisit): Actor {
  return { id: viewer.id, name: viewer.username, way: 'page', time: now }
}

/** A page of one's own: whoever has not logged in is led to do so, and then back. */
export function addOwnPage(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit) => Promise<VNode | FastifyReply>,
): void {
  addPage(mount, path, async (visit) => (isLoggedIn(visit) ? await handler(visit) : askToLogIn(visit)))
}

/** A form of one's own. */
export function addOwnForm(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  addForm(mount, path, async (visit, form) =>
    isLoggedIn(visit) ? await handler(visit, form) : askToLogIn(visit, form),
  )
}

/** Whether somebody has logged in. */
export function isLoggedIn(visit: Visit): visit is OwnVisit {
  return visit.viewer !== undefined
}

/** Asks to log in, and then goes on: with the page, or with the form that was sent to it. */
export function askToLogIn(visit: Visit, form?: URLSearchParams): FastifyReply | VNode {
  const { reply, request } = visit
  if (!form) return reply.redirect(loginPath(request.url))
  // Passwords are not written into a page, and without fields there is nothing to keep.
  if (form.size === 0 || [...form.keys()].some((name) => /password|again/.test(name)))
    return reply.redirect(loginPath('/user/'))
  void reply.code(403)
  return LoginPage({ visit, next: request.url, form: form.toString() })
}
