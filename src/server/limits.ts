import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { PatchworkError } from '../util/errors.js'

/** A message id may have 2,000 characters, and a query a dozen filters. */
const MAX_URL_LENGTH = 8000

const MAX_HEADERS = 100

/** Whether a request has more headers than programs send. Names and values stand one after the other. */
export function hasManyHeaders({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  return rawHeaders.length > 2 * MAX_HEADERS
}

/** Throws for a request whose URL or headers are longer than any legitimate one. */
export function checkSize({ raw }: Pick<FastifyRequest, 'raw'>): void {
  if ((raw.url ?? '').length > MAX_URL_LENGTH) throw new PatchworkError(414, 'The URL is too long.')
  if (hasManyHeaders(raw)) throw new PatchworkError(431, 'The request has too many headers.')
}
