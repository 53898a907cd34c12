import { type CachedRows, cachedRows, uncachedRows } from '../../db/row-cache.js'
import type { RequestContext } from './request-context.js'

/**
 * The rows of a list that are known as JSON in the form in which a request asks for them; none are kept of a request
 * that depends on the time. `kind` names the list and what else its rows depend on besides the database and the form of
 * the answer; undefined for lists whose rows differ by viewer.
 */
export function rememberedRows(request: RequestContext, kind: string | undefined): CachedRows<Buffer> {
  if (kind === undefined) return uncachedRows()
  const { base, prefix, version, suffix = '' } = request.response.form
  // None of these has a line break in it.
  const form = ['api', kind, base, prefix, version, suffix].join('\n')
  const { known, keep } = cachedRows<Buffer>(request.db, form, ({ length }) => length)
  return {
    known,
    keep: (made) => {
      if (!request.isForgotten()) keep(made)
    },
  }
}
