import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canAdminister } from '../../auth/permissions.js'
import { Forbidden } from '../../util/errors.js'
import { addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import type { AppContext } from '../framework/request-context.js'

/** Adds a page for administrators. */
export function addAdminPage(
  appContext: AppContext,
  path: string,
  handler: (context: UserContext) => Promise<VNode | FastifyReply>,
): void {
  addUserPage(appContext, path, async (context) => {
    requireAdministrator(context)
    return await handler(context)
  })
}

/** Adds a form for administrators. */
export function addAdminForm(
  appContext: AppContext,
  path: string,
  handler: (context: UserContext, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  addUserForm(appContext, path, async (context, form) => {
    requireAdministrator(context)
    return await handler(context, form)
  })
}

/** Throws Forbidden unless the user is an administrator. */
export function requireAdministrator({ viewer }: UserContext): void {
  if (!canAdminister(viewer)) throw new Forbidden()
}
