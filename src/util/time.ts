/** UTC, `YYYY-MM-DDTHH:MM:SS`, followed by `.ffffff` where there are microseconds; sorts as text. */
export type Time = string

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** The time so many milliseconds before a moment. */
export function timeBefore(moment: Date, milliseconds: number): Time {
  return timeAfter(moment, -milliseconds)
}

/** The time that many milliseconds after a moment. */
export function timeAfter(moment: Date, milliseconds: number): Time {
  return toTime(new Date(moment.getTime() + milliseconds))
}

/** The moment of a stored time. */
export function momentOf(time: Time): Date {
  return new Date(`${time}Z`)
}

/** Characters of a time to the second. */
export const SECONDS = 19

/** A time without its microseconds. */
export function toSecond(time: Time): Time {
  return time.slice(0, SECONDS)
}

/** Formats a moment with microseconds, which a Date does not have. */
export function toTime(moment: Date): Time {
  return `${moment.toISOString().slice(0, 23)}000`
}
