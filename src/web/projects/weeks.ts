import type { Time } from '../../db/schema.js'
import type { DayCount } from '../../domain/projects/statistics.js'
import { DAY_MS } from '../../util/time.js'

/** Days gathered into weeks, for the chart of a project. */

export interface Week {
  /** Its Monday: `2026-11-23` */
  readonly start: string
  readonly received: number
  readonly handled: number
}

/** The Mondays of `count` weeks, the last being that of `now`. */
export function mondays(now: Time, count: number): string[] {
  const today = Date.parse(`${now.slice(0, 10)}T00:00:00Z`)
  // Sunday is 0 there; weeks begin on Monday (ISO 8601).
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY_MS
  return Array.from({ length: count }, (_, index) => toDay(monday - (count - 1 - index) * 7 * DAY_MS))
}

function toDay(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}

/** Patches received and dealt with in each of the weeks that begin on `starts`. */
export function toWeeks(
  starts: readonly string[],
  received: readonly DayCount[],
  handled: readonly DayCount[],
): Week[] {
  const [came, left] = [received, handled].map((days) => perWeek(starts, days))
  return starts.map((start, index) => ({
    start,
    received: came?.[index] ?? 0,
    handled: left?.[index] ?? 0,
  }))
}

function perWeek(starts: readonly string[], days: readonly DayCount[]): number[] {
  const counts = starts.map(() => 0)
  for (const { day, count } of days) {
    const index = starts.findLastIndex((start) => start <= day)
    if (index >= 0) counts[index] = (counts[index] ?? 0) + count
  }
  return counts
}
