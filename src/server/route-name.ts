import type { FastifyRequest } from 'fastify'

/** The version of the API in a route that several share. */
const MINOR = /:minor\([^)]*\)/

/**
 * The name of the route of a request, such as `/api/1.3/patches/`; undefined if it has none. Versions that share a route
 * have different names, because requests are counted for each version.
 */
export function routeName({ routeOptions: { url }, params }: FastifyRequest): string | undefined {
  return url?.replace(MINOR, () => (params as { minor: string }).minor)
}
