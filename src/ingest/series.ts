import type { Database, Time } from '../db/schema.js'
import { findSeriesByReference, type Series } from '../store/series.js'
import type { Incoming } from './outcome.js'

/** How long the mails of one series may be apart where nothing but their markers holds them together. */
const WINDOW_MINUTES = 20

/** The series that the mail's own id or one of its references leads to, the nearest first. */
export async function findByReferences(
  db: Database,
  { messageId, mail, project }: Incoming,
): Promise<Series | undefined> {
  for (const msgid of [messageId, ...mail.references]) {
    const series = await findSeriesByReference(db, project.id, msgid)
    if (series) return series
  }
  return undefined
}

/** The times between which the other mails of a series were sent; both ways, for mail comes in any order. */
export function timeWindow(date: Time): { from: Time; to: Time } {
  const moment = Date.parse(`${date.slice(0, 19)}Z`)
  const shifted = (minutes: number) => new Date(moment + minutes * 60_000).toISOString().slice(0, 19)
  return { from: shifted(-WINDOW_MINUTES), to: shifted(WINDOW_MINUTES) }
}
