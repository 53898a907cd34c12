import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Actor } from '../store/audit.js'
import type { User } from '../store/user.js'
import { addForm, addPage, type Mount, type Visit } from './visit.js'

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
    isLoggedIn(visit) ? await handler(visit, form) : askToLogIn(visit, '/user/'),
  )
}

/** Whether somebody has logged in. */
export function isLoggedIn(visit: Visit): visit is OwnVisit {
  return visit.viewer !== undefined
}

/** Without the query of the address, as links of old have it. */
function askToLogIn({ reply, path }: Visit, next = path): FastifyReply {
  return reply.redirect(`/user/login/?next=${next}`)
}
