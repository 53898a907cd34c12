import type { Time } from '../db/schema.js'

/** Maximum time between the mails of one series that are linked only by their markers. */
const WINDOW_MINUTES = 20

/** The time window of the other mails of a series; in both directions, because mail arrives in any order. */
export function timeWindow(date: Time): { from: Time; to: Time } {
  const moment = Date.parse(`${date.slice(0, 19)}Z`)
  const shifted = (minutes: number) => new Date(moment + minutes * 60_000).toISOString().slice(0, 19)
  return { from: shifted(-WINDOW_MINUTES), to: shifted(WINDOW_MINUTES) }
}

/** Whether a mail of one date may belong by its markers to the series that begins at another. */
export function isWithinWindow(date: Time, begin: Time): boolean {
  const { from, to } = timeWindow(begin)
  return date >= from && date <= to
}
