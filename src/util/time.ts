/** UTC, `YYYY-MM-DDTHH:MM:SS`, followed by `.ffffff` where there are microseconds; sorts as text. */
export type Time = string

/** Formats a moment with microseconds, which a Date does not have. */
export function toTime(moment: Date): Time {
  return `${moment.toISOString().slice(0, 23)}000`
}
