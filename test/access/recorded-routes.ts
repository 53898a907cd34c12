import { afterAll, vi } from 'vitest'
import { routeName } from '../../src/server/route-name.js'
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
      for (const each of [method].flat()) for (const name of namesOf(url)) routes.all.add(`${each} ${name}`)
    })
    app.addHook('onRequest', (request, _, done) => {
      routes.reached.add(`${request.method} ${routeName(request)}`)
      done()
    })
    return app
  })
  afterAll(() => makeServer.mockRestore())
}

/** A route that versions of the API share, as each of them has it. */
function namesOf(url: string): string[] {
  const [pattern = '', minors] = /:minor\(\^([\d|]+)\$\)/.exec(url) ?? []
  return minors === undefined ? [url] : minors.split('|').map((minor) => url.replace(pattern, minor))
}
