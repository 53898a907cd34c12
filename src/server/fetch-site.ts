import type { FastifyRequest } from 'fastify'
import { Forbidden } from '../util/errors.js'
import { isApi } from './error-handler.js'

/** Methods that change nothing (RFC 9110, 9.2.1). */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Values for requests that a page of this site, or the user directly, caused. */
const OWN: ReadonlySet<string> = new Set(['same-origin', 'none'])

/**
 * Throws Forbidden for a request that changes something and that a page of another site, or of a neighbouring host,
 * made a browser send: browsers report it in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/), which no page
 * can forge. This applies to forms without a login too, because another site could log its reader in to an account of
 * its own. Programs do not send the header and are not affected. API tokens are accepted from every site, because a
 * browser never sends one by itself, unlike cookies and Basic passwords.
 */
export function checkFetchSite({ method, headers, url }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (site === undefined || SAFE_METHODS.has(method) || OWN.has(site)) return
  if (isApi(url) && /^token\s/i.test(headers.authorization ?? '')) return
  throw new Forbidden('This request comes from another site, which is not allowed to change anything.')
}
