import type { Readable } from 'node:stream'
import { cachedRows } from '../../db/row-cache.js'
import type { Database } from '../../db/schema.js'

/** What a client gets as a file: its name, and what is in it. */
export interface Download<Body = string | Buffer | Readable> {
  readonly name: string
  readonly body: Body
}

/**
 * A download that is the same for every viewer: the one that is known, or the one that `make` makes, which is kept until
 * the database changes unless it is a stream. `kind` names all that it depends on besides the object and the database.
 */
export async function keptDownload(
  db: Database,
  kind: string,
  id: number,
  make: () => Promise<Download>,
): Promise<Download> {
  const { known, keep } = cachedRows<Download<Buffer>>(db, `download ${kind}`, bytesOf)
  const kept = known.get(id)
  if (kept) return kept
  const { name, body } = await make()
  if (typeof body !== 'string') return { name, body }
  const made = { name, body: Buffer.from(body) }
  keep([[id, made]])
  return made
}

function bytesOf({ name, body }: Download<Buffer>): number {
  return 2 * name.length + body.length
}
