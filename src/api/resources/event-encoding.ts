import type { Database } from '../../db/schema.js'
import type { FeedEvent } from '../../domain/events/matches.js'
import { makeResponseContext, type ResponseForm } from '../framework/response-context.js'
import { downgrade } from '../framework/versions.js'
import { Event } from './event.js'
import { describeEvents } from './event-listing.js'

/** Events as the bytes that streams send. */

/** What these bytes depend on; streams of one form share them. */
export interface StreamForm extends ResponseForm {
  readonly epoch: string
  /** Whether the events are those of the versions of series. */
  readonly isSeries: boolean
  /** Identifies the form. */
  readonly key: string
}

export function streamForm(form: ResponseForm, epoch: string, isSeries: boolean): StreamForm {
  const { base, prefix, suffix, version } = form
  return { ...form, epoch, isSeries, key: JSON.stringify([base, prefix, suffix, version, epoch, isSeries]) }
}

/** An event in a stream. */
export interface EncodedEvent {
  readonly id: number
  readonly bytes: Buffer
}

/** Reads and encodes the events with some ids, in their order; those that have been deleted are left out. */
export async function encodeEvents(
  db: Database,
  form: StreamForm,
  ids: readonly number[],
): Promise<EncodedEvent[]> {
  const response = await makeResponseContext(db, form)
  const toVersion = downgrade(Event, form.version)
  const events = await describeEvents({ db, response }, form.isSeries, ids)
  return events.map((event) => {
    const { id, category } = event
    const data = JSON.stringify(toVersion(event))
    return { id, bytes: Buffer.from(`id: ${form.epoch}:${id}\nevent: ${category}\ndata: ${data}\n\n`) }
  })
}

type Batch = readonly FeedEvent[]

const batches = new WeakMap<Batch, Map<string, Promise<EncodedEvent[]>>>()

/** The same for a batch of new events, made once for all streams of a form. */
export function encodeBatch(db: Database, form: StreamForm, batch: Batch): Promise<EncodedEvent[]> {
  let byForm = batches.get(batch)
  if (!byForm) batches.set(batch, (byForm = new Map()))
  let encoded = byForm.get(form.key)
  if (!encoded) {
    encoded = encodeEvents(
      db,
      form,
      batch.map(({ id }) => id),
    )
    byForm.set(form.key, encoded)
  }
  return encoded
}
