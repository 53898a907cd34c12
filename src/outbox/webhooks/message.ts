import { makeResponseContext } from '../../api/framework/response-context.js'
import { LATEST } from '../../api/framework/versions.js'
import { toEvents } from '../../api/resources/event.js'
import { toSeriesEvents } from '../../api/resources/series-event.js'
import { encodeMessage } from '../../api/resources/webhook-message.js'
import type { Database } from '../../db/schema.js'
import type { EventKind } from '../../db/webhook-tables.js'
import { eventsById } from '../../domain/events/queries.js'

/** The message that tells of an event; undefined if the event is no longer there. `base`: the public URL. */
export async function composeMessage(
  db: Database,
  base: string,
  { kind, event_id }: { kind: EventKind; event_id: number },
): Promise<Buffer | undefined> {
  const prefix = `/api/${LATEST}`
  const response = await makeResponseContext(db, { base, prefix, version: LATEST })
  const ids = [event_id]
  const [event] =
    kind === 'event'
      ? await toEvents({ db, response }, await eventsById(db, ids))
      : await toSeriesEvents({ db, response }, ids)
  return event && encodeMessage(event)
}
