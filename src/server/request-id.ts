import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

declare module 'fastify' {
  interface FastifyInstance {
    /** Names a request that Fastify does not see. */
    makeRequestId(request: Pick<IncomingMessage, 'headers'>): string
  }
}

/** What may stand in a header, a log line and a terminal. */
const SANE = /^[A-Za-z0-9._:-]{1,64}$/

/**
 * Makes the function that names the requests of a server, for answers and logs: by the client's own `X-Request-Id` if
 * it is sane, else by a new one.
 */
export function makeRequestIds(): (request: Pick<IncomingMessage, 'headers'>) => string {
  // Tells the requests of one run of the server from those of another: a counter is much cheaper than chance.
  const run = randomBytes(9).toString('base64url')
  let count = 0
  return ({ headers }) => {
    const given = headers['x-request-id']
    return typeof given === 'string' && SANE.test(given) ? given : `${run}-${(++count).toString(36)}`
  }
}
