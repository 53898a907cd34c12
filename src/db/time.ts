import type { Time } from './schema.js'

/** A moment as our tables have it, with microseconds. */
export function toTime(moment: Date): Time {
  return `${moment.toISOString().slice(0, 23)}000`
}
