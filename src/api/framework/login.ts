import { notVisible } from '../../auth/not-visible.js'
import { requireScope } from '../../domain/actor.js'
import { Forbidden } from '../../util/errors.js'
import type { Method, Operation } from './operation.js'
import type { AuthenticatedContext, RequestContext } from './request-context.js'

/**
 * The error for a caller who has not logged in: missing credentials; missing permission, as deployed bots expect it;
 * or not found, for objects that the caller may not even see.
 */
export type Refusal = 'unauthenticated' | 'forbidden' | 'hidden'

/**
 * Throws for a caller who has not logged in, if the operation needs that; and Forbidden for a read with a token that
 * lacks the scope for it.
 */
export async function requireLogin(
  request: RequestContext,
  method: Method,
  { needsLogin = false, readScope = 'read', subject, refusal = 'unauthenticated' }: Operation,
): Promise<void> {
  if (!needsLogin) return
  if (isAuthenticated(request)) {
    if (method === 'get' && readScope !== 'none') requireScope(request.viewer, readScope)
    return
  }
  await subject?.(request)
  if (refusal === 'hidden') throw notVisible(undefined)
  if (refusal === 'forbidden') throw new Forbidden()
  throw new Forbidden('Authentication credentials were not provided.')
}

function isAuthenticated(request: RequestContext): request is AuthenticatedContext {
  return request.viewer !== undefined && request.actor !== undefined
}
