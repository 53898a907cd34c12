import type { FastifyReply, FastifyRequest } from 'fastify'

/** Scripts, styles and pictures are ours; nobody frames a page, and nothing that a mail smuggled in runs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What every answer carries, errors included. */
export function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .header('x-request-id', request.id)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
}

/** Once the type of the answer is known: pages get the policy, unless they brought one of their own. */
export function addPagePolicy(reply: FastifyReply): void {
  const type = reply.getHeader('content-type')
  if (typeof type !== 'string' || !type.startsWith('text/html')) return
  if (!reply.hasHeader('content-security-policy'))
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY)
}

/**
 * Answers depend on who asks, if only in the name at the top of a page or in what credentials do not open: no cache
 * may give one to somebody else. Those that are the same for everybody have said how they are kept.
 */
export function addCachePolicy(reply: FastifyReply): void {
  const own = reply.getHeader('cache-control')
  if (own !== undefined && !String(own).includes('private')) return
  if (own === undefined) void reply.header('cache-control', 'private, no-cache')
  addVary(reply, 'Cookie, Authorization')
}

/** Tells browsers to come by https alone for this many seconds (RFC 6797, 6.1); 0 says nothing. */
export function addHsts(reply: FastifyReply, seconds: number): void {
  if (seconds > 0) void reply.header('strict-transport-security', `max-age=${seconds}`)
}

/** How long we took, in milliseconds, for clients and their tools to show. */
export function addTiming(reply: FastifyReply, started: number): void {
  void reply.header('server-timing', timingSince(started))
}

/** The value of `Server-Timing` for a request that came at a time by `performance.now()`. */
export function timingSince(started: number): string {
  return `total;dur=${(performance.now() - started).toFixed(1)}`
}

/** Says that the answer depends on a header of the request, besides those that it is said of already. */
export function addVary(reply: FastifyReply, name: string): void {
  const before = reply.getHeader('vary')
  void reply.header('vary', before === undefined ? name : `${String(before)}, ${name}`)
}
