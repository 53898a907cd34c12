import type { Time } from '../db/schema.js'

/** How long the mails of one series may be apart where nothing but their markers holds them together. */
const WINDOW_MINUTES = 20

/** The times between which the other mails of a series were sent; both ways, for mail comes in any order. */
export function timeWindow(date: Time): { from: Time; to: Time } {
  const moment = Date.parse(`${date.slice(0, 19)}Z`)
  const shifted = (minutes: number) => new Date(moment + minutes * 60_000).toISOString().slice(0, 19)
  return { from: shifted(-WINDOW_MINUTES), to: shifted(WINDOW_MINUTES) }
}
