import { DAY_MS } from '../../util/time.js'

/** Days up to which an age is given in days, and months up to which in months. */
const MAX_DAYS = 99
const MAX_MONTHS = 23

/** How long before a day another one was, by the calendar: `today`, `9 d`, `5 mo`, `3 y`. Both begin `2026-11-23`. */
export function ageOf(date: string, today: string): string {
  const days = Math.round((Date.parse(today.slice(0, 10)) - Date.parse(date.slice(0, 10))) / DAY_MS)
  if (!(days > 0)) return 'today'
  if (days <= MAX_DAYS) return `${days} d`
  const months = Math.floor(days / 30.44)
  return months <= MAX_MONTHS ? `${months} mo` : `${Math.floor(days / 365.25)} y`
}
