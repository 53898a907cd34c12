const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const LONG_MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const DAYS = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])

/** Zones by name, as `hhmm`: those of RFC 5322, 4.3, and others that git knows. */
const ZONES: Record<string, number> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  Z: 0,
  AST: -400,
  ADT: -300,
  EST: -500,
  EDT: -400,
  CST: -600,
  CDT: -500,
  MST: -700,
  MDT: -600,
  PST: -800,
  PDT: -700,
  HST: -1000,
  WET: 0,
  BST: 100,
  CET: 100,
  MET: 100,
  MEWT: 100,
  CEST: 200,
  MEST: 200,
  MESZ: 200,
  EET: 200,
  EEST: 300,
  JST: 900,
  NZST: 1200,
  NZDT: 1300,
}

/**
 * Parses the date of a mail (RFC 5322, 3.3, and variants in use): day and month in either order,
 * a two- or three-digit year, a time without seconds or with `PM`, no zone (then UTC), ISO 8601. A too high day or
 * hour carries over; a zone offset of a day or more is ignored, as in git.
 *
 * Returns UTC as `YYYY-MM-DDTHH:MM:SS`, undefined for text that is not a date.
 */
export function parseDate(value: string): string | undefined {
  return parseUsualDate(value) ?? parseUnusualDate(value)
}

/** RFC 5322, 3.3, without variants: nearly all dates. */
const USUAL_DATE =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})(?: \([^()]*\))?$/

function parseUsualDate(value: string): string | undefined {
  const [, day, month = '', year, hours, minutes, seconds, zone] = USUAL_DATE.exec(value.slice(0, 200)) ?? []
  const index = MONTHS.indexOf(month.toLowerCase())
  if (index < 0 || Number(year) < 1000) return undefined
  const clock = [Number(hours), Number(minutes), Number(seconds)]
  return toText(Number(year), index, Number(day), clock, offsetSeconds(Number(zone)))
}

function parseUnusualDate(value: string): string | undefined {
  const words = splitWords(usualForm(withoutComments(value.slice(0, 200))))
  if (!words) return undefined
  let [day, month, year, time, zone] = words as [string, string, string, string, string]
  if (monthNumber(month) === undefined) [day, month] = [month, day]
  const monthIndex = monthNumber(month)
  if (monthIndex === undefined) return undefined
  day = withoutComma(day)
  if (year.indexOf(':') > 0) [year, time] = [time, year]
  year = withoutComma(year)
  if (year === '') return undefined
  if (!/^\d/.test(year)) [year, zone] = [zone, year]
  const clock = parseClock(withoutComma(time))
  const numbers = [day, year].map(integer)
  if (!clock || numbers.includes(undefined)) return undefined
  return toText(fullYear(numbers[1] as number), monthIndex, numbers[0] as number, clock, zoneSeconds(zone))
}

const NUMERIC_DATE =
  /^(?:(\d{4})([-/])(\d\d)\2(\d\d)|(\d{4})(\d\d)(\d\d)(?=T)|(\d\d?)\.(\d\d?)\.(\d{4}))(?:[T ]\s*|$)/i
const ISO_TIME = /^(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?\s*(?:(Z)$|([+-]\d\d(?::?\d\d)?)$|$)/i

/** ISO 8601, and `5.10.2026`, rewritten in the form of RFC 5322; other dates only without decoration. */
function usualForm(value: string): string {
  const text = value.trim()
  const date = NUMERIC_DATE.exec(text)
  const time = date && ISO_TIME.exec(text.slice(date[0].length))
  if (!time)
    return withDayHours(text)
      .replace(/(\d)(?:st|nd|rd|th|\.)(?=[\s,])/i, '$1')
      .replace(/(:\d\d:\d\d)[.,]\d{1,9}(?=\s|$)/, '$1')
  const [, y1, , m1, d1, y2, m2, d2, d3, m3, y3] = date
  const month = MONTHS[Number(m1 ?? m2 ?? m3) - 1]
  const [, hours, minutes, seconds = '00', , zone = '+0000'] = time
  return `${d1 ?? d2 ?? d3} ${month} ${y1 ?? y2 ?? y3} ${hours}:${minutes}:${seconds} ${zone}`
}

const HALF_DAY = /(\s)(?:at\s+)?(\d{1,2})(:\d\d(?::\d\d)?)\s?([ap])\.?m\.?(?=[\s,]|$)/i

/** `at 1:05 PM` is 13:05. */
function withDayHours(text: string): string {
  return text.replace(HALF_DAY, (_, blank: string, hour: string, rest: string, half: string) => {
    const hours = (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
    return `${blank}${hours}${rest}`
  })
}

/** RFC 5322, 3.2.2: comments may stand between any two words. */
function withoutComments(value: string): string {
  return value.includes('(') ? value.replace(/\([^()]*\)/g, ' ') : value
}

/** Day, month, year, time and zone, from any order; undefined if one is missing. */
function splitWords(value: string): string[] | undefined {
  let words = value.split(/\s+/).filter((word) => word !== '')
  const first = words[0]
  if (first === undefined) return undefined
  if (first.endsWith(',') || DAYS.has(first.toLowerCase())) words.shift()
  else if (first.includes(',')) words[0] = first.slice(first.lastIndexOf(',') + 1)
  if (words.length === 3) {
    // RFC 850: 03-May-19 10:28:19 GMT
    const parts = (words[0] as string).split('-')
    if (parts.length === 3) words = [...parts, ...words.slice(1)]
  }
  if (words.length === 4) {
    const time = words[3] as string
    const sign = time.includes('+') ? time.indexOf('+') : time.indexOf('-')
    words = sign > 0 ? [...words.slice(0, 3), time.slice(0, sign), time.slice(sign)] : [...words, '']
  }
  return words.length < 5 ? undefined : words.slice(0, 5)
}

function monthNumber(word: string): number | undefined {
  const lower = word.toLowerCase().replace(/^sept$/, 'sep')
  const index = Math.max(MONTHS.indexOf(lower), LONG_MONTHS.indexOf(lower))
  return index < 0 ? undefined : index
}

function withoutComma(word: string): string {
  return word.endsWith(',') ? word.slice(0, -1) : word
}

function integer(word: string | undefined): number | undefined {
  return word !== undefined && /^[+-]?\d{1,15}$/.test(word) ? Number(word) : undefined
}

/** Hours, minutes and seconds; `10:28`, `10:28:19` or `10.28`. */
function parseClock(word: string): number[] | undefined {
  let parts = word.split(':')
  if (parts.length === 1 && word.includes('.')) parts = word.split('.')
  if (parts.length < 2 || parts.length > 3) return undefined
  const numbers = [...parts, '0'].slice(0, 3).map(integer)
  return numbers.includes(undefined) ? undefined : (numbers as number[])
}

/** RFC 5322, 4.3. */
function fullYear(year: number): number {
  if (year >= 1000) return year
  if (year >= 100) return year + 1900
  return year > 68 ? year + 1900 : year + 2000
}

function zoneSeconds(zone: string): number {
  // `+02:00`, `+02` and `GMT+0200` are parsed as in git.
  const digits = zone
    .replace(/^(?:UTC?|GMT)(?=[+-])/i, '')
    .replace(/^([+-]\d{1,2}):(\d\d)$/, '$1$2')
    .replace(/^[+-]\d\d$/, '$&00')
    .replace(/^[+-]\d$/, '')
  return offsetSeconds(ZONES[zone.toUpperCase()] ?? integer(digits) ?? 0)
}

/** The seconds of an offset as `hhmm`; 0 for a day or more. */
function offsetSeconds(offset: number): number {
  const absolute = Math.abs(offset)
  const [hours, minutes] = [Math.floor(absolute / 100), absolute % 100]
  return hours < 24 && minutes < 60 ? Math.sign(offset) * (hours * 3600 + minutes * 60) : 0
}

function toText(year: number, month: number, day: number, clock: number[], zone: number): string | undefined {
  if (year < 1 || year > 9999) return undefined
  const start = new Date(0)
  start.setUTCFullYear(year, month, 1)
  const [hours = 0, minutes = 0, seconds = 0] = clock
  const date = new Date(
    start.getTime() + (((day - 1) * 24 + hours) * 60 + minutes) * 60_000 + (seconds - zone) * 1000,
  )
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999)
    return undefined
  return date.toISOString().slice(0, 19)
}
