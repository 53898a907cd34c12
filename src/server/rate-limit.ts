import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import rateLimit, { type FastifyRateLimitStoreCtor, normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RateLimit } from '../config/settings.js'
import { PatchworkError } from '../util/errors.js'
import type { RequestCount, WorkerGroup } from './worker-group.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The account that the `Authorization` header was found to open. */
    accountId: number | undefined
  }
}

/** The number of `Authorization` headers whose account is known; the least recently used is dropped first. */
const MAX_KNOWN = 5000

/**
 * Answers 429 to a client that exceeds `limit`: counted by account if the credentials of the request have been
 * verified before, else by address. Unverified credentials are counted by address, because otherwise a new one in
 * each request would avoid the limit; this includes the first request with new ones, before any lookup. An account is
 * one client regardless of the spelling of its header. The library counts 5,000 clients at a time and drops the least
 * recent. The workers of a `group` count together.
 */
export async function addRateLimit(
  app: FastifyInstance,
  limit: RateLimit,
  group?: Pick<WorkerGroup, 'countRequest'>,
): Promise<CountEarly> {
  const known = new KnownCredentials()
  await app.register(rateLimit, {
    global: false,
    max: limit.requests,
    timeWindow: limit.window,
    ...(group && { store: storeOf(group) }),
  })
  const countCaller = app.createRateLimit({
    keyGenerator: (request) => known.accountOf(request) ?? addressOf(request),
  })
  const counts = new WeakMap<IncomingMessage, Count>()
  app.addHook('onRequest', async (request, reply) =>
    refuse(reply, counts.get(request.raw) ?? (await countCaller(request))),
  )
  app.addHook('onSend', async (request, reply) => known.learn(request, reply))
  return async (request) => {
    const count = await countCaller(request)
    counts.set(request.raw, count)
    return !isExceeded(count)
  }
}

/** Has another process count, in the form that the library expects. */
function storeOf(group: Pick<WorkerGroup, 'countRequest'>): FastifyRateLimitStoreCtor {
  const count = async (client: string, done: CountDone) => {
    try {
      done(null, await group.countRequest(client))
    } catch (error) {
      done(error as Error)
    }
  }
  return class Store {
    incr(client: string, done: CountDone): void {
      void count(client, done)
    }

    child(): Store {
      return this
    }
  }
}

type CountDone = (error: Error | null, count?: RequestCount) => void

/** Counts a request before it is routed, once; tells whether it may be answered. */
export type CountEarly = (request: FastifyRequest) => Promise<boolean>

type Count = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>

function isExceeded(count: Count): count is Count & { isAllowed: false } {
  return !count.isAllowed && count.isExceeded
}

/** Throws 429 for a count above the limit, and says when to come again. */
function refuse(reply: FastifyReply, count: Count): void {
  if (!isExceeded(count)) return
  void reply.header('retry-after', Math.max(1, count.ttlInSeconds))
  throw new PatchworkError(429, 'Too many requests; try again later.')
}

/** Which account each `Authorization` header opened when it was last verified; kept as digests only. */
class KnownCredentials {
  readonly #accounts = new Map<string, number>()

  /** The key of the account that the credentials of a request are known to open. */
  accountOf(request: FastifyRequest): string | undefined {
    const digest = digestOf(request)
    const account = digest === undefined ? undefined : this.#accounts.get(digest)
    if (digest !== undefined && account !== undefined) this.#set(digest, account)
    return account === undefined ? undefined : `account ${account}`
  }

  /** Records whether the credentials of a request were accepted. */
  learn(request: FastifyRequest, { statusCode }: FastifyReply): void {
    const digest = digestOf(request)
    if (digest === undefined) return
    const { accountId } = request
    // A page that does not look at the header says nothing about it; a refusal without an account does.
    if (accountId === undefined && statusCode !== 403) return
    if (accountId === undefined) this.#accounts.delete(digest)
    else this.#set(digest, accountId)
  }

  /** Notes an account as the one that was used last. */
  #set(digest: string, account: number): void {
    this.#accounts.delete(digest)
    this.#accounts.set(digest, account)
    const [oldest] = this.#accounts.keys()
    if (this.#accounts.size > MAX_KNOWN && oldest !== undefined) this.#accounts.delete(oldest)
  }
}

function digestOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  return authorization ? hash('sha256', authorization, 'base64url') : undefined
}

/** The client's network address; an IPv6 client owns a whole /64, so its /64 counts. */
export function addressOf(request: FastifyRequest): string {
  return normalizeIP(request.ip)
}
