import { hash } from 'node:crypto'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RateLimit } from '../settings.js'
import { PatchworkError } from '../errors.js'

/**
 * Answers 429 to whoever asks more often than `limit` allows: each token for itself, everybody else by address.
 * A token that opens nothing is counted by its address too, or a new one in each request would have no limit.
 * The library counts 5,000 callers at a time and forgets first whoever has not asked for longest.
 */
export async function addRateLimit(app: FastifyInstance, limit: RateLimit): Promise<void> {
  await app.register(rateLimit, { global: false, max: limit.requests, timeWindow: limit.window })
  const byCaller = app.createRateLimit({
    keyGenerator: (request) => tokenOf(request) ?? addressOf(request),
  })
  const byRefusal = app.createRateLimit({ keyGenerator: addressOf })
  app.addHook('onRequest', async (request, reply) => {
    refuse(reply, await byCaller(request))
    if (tokenOf(request)) refuse(reply, await byRefusal(request, { increment: false }))
  })
  app.addHook('onSend', async (request, reply) => {
    if (reply.statusCode === 403 && tokenOf(request)) await byRefusal(request)
  })
}

type Count = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>

/** Throws 429 for a count above the limit, and says when to come again. */
function refuse(reply: FastifyReply, count: Count): void {
  if (count.isAllowed || !count.isExceeded) return
  void reply.header('retry-after', Math.max(1, count.ttlInSeconds))
  throw new PatchworkError(429, 'Too many requests; try again later.')
}

/** The token that a request brings, as a hash: it is to be told from others, not to be kept. */
function tokenOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  if (!authorization || !/^token\s/i.test(authorization)) return undefined
  return `token ${hash('sha256', authorization, 'base64url')}`
}

/** Where a request comes from; whoever has one IPv6 address has the 2^64 around it. */
export function addressOf(request: FastifyRequest): string {
  return normalizeIP(request.ip)
}
