import type { FastifyRequest } from 'fastify'
import { Invalid } from '../util/errors.js'
import { hasNullCharacter, NULL_CHARACTER_REFUSED } from '../util/text.js'
import { isApi } from './error-handler.js'

/**
 * Refuses a URL with a null character, raw or encoded. No stored text contains one, and PostgreSQL does not accept
 * one, so a query with such a text would fail. Throws Invalid; clients of the API expect its message in a list.
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
