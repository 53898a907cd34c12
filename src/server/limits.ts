import type { FastifyRequest } from 'fastify'
import { PatchworkError } from '../util/errors.js'

/** A message id may have 2,000 characters, and a query a dozen filters. */
const MAX_URL_LENGTH = 8000

const MAX_HEADERS = 100

/** Throws for a request whose URL or headers are longer than any legitimate one. */
export function checkSize({ raw }: Pick<FastifyRequest, 'raw'>): void {
  if ((raw.url ?? '').length > MAX_URL_LENGTH) throw new PatchworkError(414, 'The address is too long.')
  // Names and values stand one after the other.
  if (raw.rawHeaders.length > 2 * MAX_HEADERS)
    throw new PatchworkError(431, 'The request has too many headers.')
}
