import type { FastifyReply, FastifyRequest } from 'fastify'
import { isApi } from './error-handler.js'

const READING = 'GET, HEAD, OPTIONS'
const EXPOSED = 'Link, ETag, Retry-After, X-Request-Id, X-Total-Count, X-Events-Epoch'
/** Beyond those that browsers send unasked. No credentials: a script elsewhere reads what everybody may read. */
const ALLOWED = 'If-None-Match, Last-Event-ID, X-Request-Id'
const A_DAY = '86400'

/** Lets scripts of other sites read the API; they may not write, and pages are none of their business. */
export function addCors(request: FastifyRequest, reply: FastifyReply): void {
  const { method } = request
  if ((method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') || !isApi(request.url)) return
  void reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED)
  if (method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
    void reply
      .header('access-control-allow-methods', READING)
      .header('access-control-allow-headers', ALLOWED)
      .header('access-control-max-age', A_DAY)
}
