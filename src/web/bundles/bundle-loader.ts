import type { FastifyRequest } from 'fastify'
import { notVisible } from '../../auth/not-visible.js'
import { canSeeBundle } from '../../auth/permissions.js'
import { findListedBundle, type ListedBundle } from '../../domain/bundles/queries.js'
import { parameter } from '../framework/parameters.js'
import type { RequestContext } from '../framework/request-context.js'

/** The bundle that the path names, if the viewer may see it. Throws NotFound, also for one that they may not. */
export async function visibleBundle({ db, request, viewer }: RequestContext): Promise<ListedBundle> {
  const bundle = await named(db, request)
  if (!bundle || !canSeeBundle(viewer, bundle)) throw notVisible(viewer)
  return bundle
}

/** As it stands there, for a name may have a percent sign in it; else as old links have it, encoded twice. */
async function named(db: RequestContext['db'], request: FastifyRequest): Promise<ListedBundle | undefined> {
  const { owner = '', name = '' } = request.params as Record<string, string>
  const [ownerAgain, nameAgain] = [parameter(request, 'owner'), parameter(request, 'name')]
  const isSame = owner === ownerAgain && name === nameAgain
  return (
    (await findListedBundle(db, owner, name)) ??
    (isSame ? undefined : await findListedBundle(db, ownerAgain, nameAgain))
  )
}
