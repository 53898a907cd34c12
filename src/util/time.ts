/** UTC, `YYYY-MM-DDTHH:MM:SS`, followed by `.ffffff` where there are microseconds; sorts as text. */
export type Time = string

/** Writes a moment with microseconds, of which a Date has none. */
export function toTime(moment: Date): Time {
  return `${moment.toISOString().slice(0, 23)}000`
}
