/** UTC, `YYYY-MM-DDTHH:MM:SS`, followed by `.ffffff` where there are microseconds; sorts as text. */
export type Time = string

/** The time so many milliseconds before a moment. */
export function timeBefore(moment: Date, milliseconds: number): Time {
  return toTime(new Date(moment.getTime() - milliseconds))
}

/** Formats a moment with microseconds, which a Date does not have. */
export function toTime(moment: Date): Time {
  return `${moment.toISOString().slice(0, 23)}000`
}
