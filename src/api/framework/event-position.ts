import { Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import { eventsEpoch } from '../../domain/events/epoch.js'
import { Conflict, Invalid } from '../../util/errors.js'
import type { Filter } from './filter.js'

/** The largest number that a row can have. */
const MAX_INTEGER = 2_147_483_647

/** A number of an event, perhaps with the epoch of its number before it. */
const POSITION = /^(?:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):)?(\d{1,20})$/i

/**
 * The number that `N` or `EPOCH:N` names. Throws Invalid, in the name of the parameter, for anything else: a client that
 * follows events must not miss them silently; and Conflict for another epoch than the current one.
 */
export async function readPosition(db: Database, parameter: string, value: string): Promise<number> {
  const [, epoch, id] = POSITION.exec(value) ?? []
  if (id === undefined) {
    const sentence = 'A whole number from 0 on is required.'
    throw new Invalid(sentence, { [parameter]: [sentence] })
  }
  if (epoch !== undefined && epoch.toLowerCase() !== (await eventsEpoch(db)))
    throw new Conflict(
      'The events were renumbered by a restore or a move; read them again from the beginning.',
    )
  return Math.min(Number(id), MAX_INTEGER)
}

/** Events after the one that is named. */
export const after: Filter<number> = {
  schema: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: POSITION.source })]),
  async read(db, values) {
    const value = values.at(-1) ?? ''
    return value === '' ? undefined : await readPosition(db, 'after', value)
  },
}
