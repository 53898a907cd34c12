import { afterAll, vi } from 'vitest'
import * as server from '../../src/server/server.js'

/** Every route of the servers of a test file, and those that were reached: `PATCH /api/1.3/patches/:id/`. */
export const routes = { all: new Set<string>(), reached: new Set<string>() }

/** Has the servers of a test file record their routes in `routes`, which begins empty. */
export function recordRoutes(): void {
  for (const each of Object.values(routes)) each.clear()
  const { makeServer: original } = server
  const makeServer = vi.spyOn(server, 'makeServer').mockImplementation((...settings) => {
    const app = original(...settings)
    app.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.all.add(`${each} ${url}`)
    })
    app.addHook('onRequest', (request, _, done) => {
      routes.reached.add(`${request.method} ${request.routeOptions.url}`)
      done()
    })
    return app
  })
  afterAll(() => makeServer.mockRestore())
}
