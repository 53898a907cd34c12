import type { FastifyRequest } from 'fastify'
import { Invalid } from '../util/errors.js'
import { hasNullCharacter, NULL_CHARACTER_REFUSED } from '../util/text.js'
import { isApi } from './error-handler.js'

/**
 * Refuses an address with a null character in it, raw or encoded. No text of ours has one, and PostgreSQL takes none,
 * so a lookup by such a text would fail in the database. Throws Invalid; clients of the API know its error as a list.
 */
export function refuseNullInAddress(request: Pick<FastifyRequest, 'url'>): void {
  const { url } = request
  if (url.includes('%00') || hasNullCharacter(url))
    throw new Invalid(NULL_CHARACTER_REFUSED, isApi(url) ? [NULL_CHARACTER_REFUSED] : undefined)
}

/**
 * Refuses a form of a page with a null character in a name or a value. The fields of the API are read one by one,
 * and say themselves which of them has one.
 */
export function refuseNullInForm({ body, url }: Pick<FastifyRequest, 'body' | 'url'>): void {
  if (!(body instanceof URLSearchParams) || isApi(url)) return
  for (const [name, value] of body)
    if (hasNullCharacter(name) || hasNullCharacter(value)) throw new Invalid(NULL_CHARACTER_REFUSED)
}
