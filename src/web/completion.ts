import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'
import type { Database } from '../db/schema.js'
import { completeDelegate, completeSubmitter } from '../store/completion.js'

const SHORTEST = 3
const LONGEST = 100

const DEFAULT_RESULTS = '10'
const MOST_RESULTS = 100

/** What the fields for submitters and delegates offer while somebody types. */
export function addCompletion(app: FastifyInstance, { db }: Context): void {
  for (const [path, complete] of [
    ['/submitter/', completeSubmitter],
    ['/delegate/', completeDelegate],
  ] as const)
    app.get(path, async (request) => await offer(db, request.query as URLSearchParams, complete))
}

type Complete = (db: Database, text: string, limit: number) => Promise<unknown[]>

/** What contains `q`, at most `l` results; what makes no sense offers nothing. */
async function offer(db: Database, query: URLSearchParams, complete: Complete): Promise<unknown[]> {
  const wanted = query.get('q') ?? ''
  const limit = query.get('l') ?? DEFAULT_RESULTS
  if (wanted.length < SHORTEST || wanted.length > LONGEST || !/^\d{1,4}$/.test(limit)) return []
  return await complete(db, wanted, Math.min(Number(limit), MOST_RESULTS))
}
