import { changeSeries } from '../../domain/series/commands.js'
import { type AuthenticatedContext, readBody } from '../framework/request-context.js'
import { CHANGES, toChange } from './patch-change.js'

/** What people change of all patches of a series through the API. */

/** The fields that can be sent. */
export const SERIES_FIELDS = {
  state: CHANGES.state,
  delegate: CHANGES.delegate,
  archived: CHANGES.archived,
}

/** Changes all patches of the series of the address. Throws NotFound, Forbidden, Invalid and Conflict. */
export async function applySeriesBody(request: AuthenticatedContext): Promise<void> {
  await changeSeries(request.db, request.actor, request.id('id'), async (db) =>
    toChange(await readBody({ ...request, db }, SERIES_FIELDS, true)),
  )
}
