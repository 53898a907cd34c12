import type { FastifyInstance } from 'fastify'
import { canSeeAccounts } from '../../auth/permissions.js'
import { viewerOf } from '../../auth/session.js'
import type { Context } from '../../config/context.js'
import type { Database } from '../../db/schema.js'
import {
  type CompletionRequest,
  completeDelegate,
  completeSubmitter,
} from '../../domain/people/completion.js'
import { REMEMBERED } from '../../server/remember-answers.js'
import { toTime } from '../../util/time.js'

const MIN_LENGTH = 3
const MAX_LENGTH = 100

const DEFAULT_RESULTS = '10'
const MAX_COMPLETIONS = 100

/** Completions for the fields for submitters and delegates. */
export function addCompletion(app: FastifyInstance, { db, now }: Context): void {
  for (const [path, complete] of [
    ['/submitter/', completeSubmitter],
    ['/delegate/', completeDelegate],
  ] as const)
    app.get(path, { config: REMEMBERED }, async (request) => {
      const viewer = await viewerOf(db, request, toTime(now()))
      return await offer(db, request.query as URLSearchParams, canSeeAccounts(viewer), complete)
    })
}

type Complete = (db: Database, request: CompletionRequest) => Promise<unknown[]>

/** What contains `q`, at most `l` results; what makes no sense offers nothing. */
async function offer(
  db: Database,
  query: URLSearchParams,
  seesAccounts: boolean,
  complete: Complete,
): Promise<unknown[]> {
  const text = query.get('q') ?? ''
  const limit = query.get('l') ?? DEFAULT_RESULTS
  if (text.length < MIN_LENGTH || text.length > MAX_LENGTH || !/^\d{1,4}$/.test(limit)) return []
  return await complete(db, { text, limit: Math.min(Number(limit), MAX_COMPLETIONS), seesAccounts })
}
