const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?(?::?\d\d)?)?$/

const MINUTE = 60_000

/** The offset of a zone from UTC changes only at full quarters of an hour. */
const QUARTER = 15 * MINUTE

/**
 * Returns a function that converts the times of a source. Django stores local time without an offset, which is UTC in
 * Patchwork; but PostgreSQL interprets it as a time in `zone`, Django's TIME_ZONE, and stores the corresponding
 * instant. A text with an offset is therefore converted back to the local time of `zone`; a text without offset is
 * used unchanged. The function returns times in our database format, or undefined.
 */
export function clockOf(zone: string): (text: string) => string | undefined {
  const shifts = zone === 'UTC' ? () => 0 : shiftsOf(zone)
  return (text) => {
    const match = FORM.exec(text)
    if (!match) return undefined
    const [, year, month, day, hour, minute, second, fraction = ''] = match
    const shown = `${year}-${month}-${day}T${hour}:${minute}:${second}`
    const at = Date.parse(`${shown}Z`)
    if (Number.isNaN(at)) return undefined
    const micros = /[1-9]/.test(fraction) ? `.${fraction.padEnd(6, '0')}` : ''
    if (match[8] === undefined && match[9] === undefined) return shown + micros
    const offset = match[9]
      ? (match[9] === '-' ? -1 : 1) * (Number(match[10]) * 60 + Number(match[11] ?? 0))
      : 0
    const moment = at - offset * MINUTE
    const shift = shifts(moment)
    return (moment + shift === at ? shown : new Date(moment + shift).toISOString().slice(0, 19)) + micros
  }
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function shiftsOf(zone: string): (moment: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const lookups = new Map<number, number>()
  return (moment) => {
    const quarter = Math.floor(moment / QUARTER)
    let shift = lookups.get(quarter)
    if (shift === undefined) {
      const parts = Object.fromEntries(
        format.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, Number(value)]),
      ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>
      const { year, month, day, hour, minute } = parts
      shift = Date.UTC(year, month - 1, day, hour, minute) - quarter * QUARTER
      if (lookups.size > 100_000) lookups.clear()
      lookups.set(quarter, shift)
    }
    return shift
  }
}

/** Whether there is a zone of that name. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format()
    return true
  } catch {
    return false
  }
}
