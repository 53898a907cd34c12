import type { Group, SeriesMail } from './series-mail.js'
import { isWithinWindow } from './time-window.js'

/** Late covers of series that were sent without threads. */

function time({ date }: SeriesMail): number {
  return Date.parse(`${date.slice(0, 19)}Z`)
}

/** A cover between two unthreaded series belongs to the nearer one; if equally near, to the one after it. */
export function placeCovers<M extends SeriesMail>(groups: Group<M>[]): void {
  for (const group of groups.toReversed()) {
    const { cover } = group
    if (!cover || group.isThreaded || group.begin === cover) continue
    const behind = groups.find(
      (other) =>
        !other.cover &&
        !other.isThreaded &&
        other.begin.submitter === cover.submitter &&
        other.version === cover.version &&
        other.total === group.total &&
        other.begin.marker &&
        other.begin.date >= cover.date &&
        isWithinWindow(cover.date, other.begin.date),
    )
    const times = [...group.places.values(), ...group.replaced.keys()].map(time)
    const before = times.filter((each) => each <= time(cover))
    if (!behind || before.length === 0) continue
    if (time(behind.begin) - time(cover) > time(cover) - Math.max(...before)) continue
    delete group.cover
    behind.cover = cover
    behind.begin = cover
  }
}
