import { Type } from 'typebox'
import { requestChecks } from '../../domain/checks/recheck.js'
import { MAX_CONTEXT, MAX_REQUIRED_CONTEXTS } from '../../domain/projects/rules.js'
import { words } from '../framework/list-fields.js'
import { operation, type Resource } from '../framework/operation.js'
import { type AuthenticatedContext, readBody } from '../framework/request-context.js'
import { number, time } from '../framework/schema.js'
import { readSeries } from './series.js'

/** Asks bots to test a series again. */

const Requested = Type.Object(
  {
    series: number('Number of the series.'),
    contexts: Type.Array(Type.String(), { description: 'What is to be tested; empty: everything.' }),
    date: time('When it was requested.'),
  },
  { $id: 'CheckRequest', description: 'A request for tests of a series.' },
)

const FIELDS = {
  contexts: words('What is to be tested; everything if left out or empty.', {
    pattern: '^[-a-zA-Z0-9_]+$',
    max: MAX_CONTEXT,
    most: MAX_REQUIRED_CONTEXTS,
  }),
}

export const SERIES_RECHECK: Resource = {
  path: '/series/:id/recheck/',
  tag: 'Checks',
  post: operation({
    id: 'series_recheck',
    summary: 'Request checks of a series',
    description:
      'Records an event `check-requested`, which bots follow. For its submitter and the maintainers of the project; at most 5 times in an hour for one series.',
    since: '1.4',
    needsLogin: true,
    subject: readSeries,
    fields: FIELDS,
    isPartial: true,
    status: 201,
    answer: Requested,
    async handle(request) {
      const id = request.id('id')
      const { contexts } = await requestChecks(request.db, request.actor, id, (db) =>
        readContexts({ ...request, db }),
      )
      return { series: id, contexts: [...contexts], date: request.response.date(request.actor.time) }
    },
  }),
}

async function readContexts(request: AuthenticatedContext): Promise<{ contexts: string[] }> {
  const { contexts = [] } = await readBody(request, FIELDS, true)
  return { contexts }
}
