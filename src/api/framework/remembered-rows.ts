import { type CachedRows, cachedRows, uncachedRows } from '../../db/row-cache.js'
import type { RequestContext } from './request-context.js'
import { Serialized } from './serialized.js'

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

/**
 * The answer about one object, for those that are the same for every viewer: the one that is known, or the one that
 * `make` makes, which is kept. `kind` and validity are those of `rememberedRows`. It is sent as it is; typed as what it
 * says.
 */
export async function rememberedDetail<Answer>(
  request: RequestContext,
  kind: string,
  id: number,
  make: () => Promise<Answer>,
): Promise<Answer> {
  const { known, keep } = rememberedRows(request, kind)
  let json = known.get(id)
  if (!json) {
    json = toJson(request, await make())
    keep([[id, json]])
  }
  return new Serialized(json) as unknown as Answer
}

/** An answer, or one row of a list, in the form of the version that is asked for. */
export function toJson({ toVersion }: Pick<RequestContext, 'toVersion'>, answer: unknown): Buffer {
  return Buffer.from(JSON.stringify(toVersion(answer)))
}
