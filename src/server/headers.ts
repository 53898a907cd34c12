import type { FastifyReply, FastifyRequest } from 'fastify'

/** Scripts, styles and images come only from this site; no site can frame a page, and no script from a mail runs. */
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
 * Answers depend on the caller, if only by the user name at the top of a page or by what is visible: a shared cache
 * must not store them. Handlers of answers that are the same for everybody set their own policy.
 */
export function addCachePolicy(reply: FastifyReply): void {
  const own = reply.getHeader('cache-control')
  if (own !== undefined && !String(own).includes('private')) return
  if (own === undefined) void reply.header('cache-control', 'private, no-cache')
  addVary(reply, 'Cookie, Authorization')
}

/** Tells browsers to use only https for this many seconds (RFC 6797, 6.1); 0 sends no header. */
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
