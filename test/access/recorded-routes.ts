import type { FastifyInstance } from 'fastify'
import type * as Server from '../../src/server/server.js'

/** Every route of the servers of a test file, and those that were reached: `PATCH /api/1.3/patches/:id/`. */
export const routes = { all: new Set<string>(), reached: new Set<string>() }

/** The module of the server, for `vi.mock`, with servers that record their routes in `routes`. */
export async function recordRoutes(importOriginal: () => Promise<typeof Server>): Promise<typeof Server> {
  const original = await importOriginal()
  return {
    ...original,
    makeServer(...settings: Parameters<typeof original.makeServer>): FastifyInstance {
      const app = original.makeServer(...settings)
      app.addHook('onRoute', ({ method, url }) => {
        for (const each of [method].flat()) routes.all.add(`${each} ${url}`)
      })
      app.addHook('onRequest', (request, _, done) => {
        routes.reached.add(`${request.method} ${request.routeOptions.url}`)
        done()
      })
      return app
    },
  }
}
