import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canAdminister } from '../../auth/permissions.js'
import { Forbidden } from '../../util/errors.js'
import { addOwnForm, addOwnPage, type OwnVisit } from '../framework/auth-guard.js'
import type { Mount } from '../framework/request-context.js'

/** A page for those who run the site. */
export function addAdminPage(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit) => Promise<VNode | FastifyReply>,
): void {
  addOwnPage(mount, path, async (visit) => {
    requireAdministrator(visit)
    return await handler(visit)
  })
}

/** A form for those who run the site. */
export function addAdminForm(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  addOwnForm(mount, path, async (visit, form) => {
    requireAdministrator(visit)
    return await handler(visit, form)
  })
}

/** Throws Forbidden for whoever does not run the site. */
export function requireAdministrator({ viewer }: OwnVisit): void {
  if (!canAdminister(viewer)) throw new Forbidden()
}
