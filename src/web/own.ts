import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { User } from '../store/user.js'
import { addForm, addPage, type Mount, type Visit } from './visit.js'

/** A visit of somebody who has logged in. */
export interface OwnVisit extends Visit {
  readonly viewer: User
}

/** A page of one's own: whoever has not logged in is led to do so, and then back. */
export function addOwnPage(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit) => Promise<VNode | FastifyReply>,
): void {
  addPage(mount, path, async (visit) => (isOwn(visit) ? await handler(visit) : askToLogIn(visit)))
}

/** A form of one's own. */
export function addOwnForm(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  addForm(mount, path, async (visit, form) =>
    isOwn(visit) ? await handler(visit, form) : askToLogIn(visit, '/user/'),
  )
}

function isOwn(visit: Visit): visit is OwnVisit {
  return visit.viewer !== undefined
}

/** Without the query of the address, as links of old have it. */
function askToLogIn({ reply, path }: Visit, next = path): FastifyReply {
  return reply.redirect(`/user/login/?next=${next}`)
}
