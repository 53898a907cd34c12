import type { Context } from '../config/context.js'
import type { Time } from '../db/schema.js'
import { DAY_MS, timeBefore } from '../util/time.js'

/** The time before which things are no longer kept; undefined: they are kept for ever. `days` may be Infinity. */
export function retentionStart({ now }: Pick<Context, 'now'>, days: number): Time | undefined {
  return days === Infinity ? undefined : timeBefore(now(), days * DAY_MS)
}
