import type { Group, SeriesMail } from './series-mail.js'
import { isWithinWindow } from './time-window.js'

/** Late covers of series that were sent without threads. */

function time({ date }: SeriesMail): number {
  return Date.parse(`${date.slice(0, 19)}Z`)
}

/**
 * Takes a cover that came last, in the series before, for a series that begins with a patch without a thread, if that is as
 * near to the cover as the patches before it. Returns the cover.
 */
export function moveCover<M extends SeriesMail>(
  groups: readonly Group<M>[],
  behind: Group<M>,
): M | undefined {
  const { begin, version, total, isThreaded } = behind
  if (begin.kind !== 'patch' || !begin.marker || isThreaded) return undefined
  const from = groups.findLast(
    (group) =>
      group.cover &&
      group.cover !== group.begin &&
      !group.isThreaded &&
      group.begin.submitter === begin.submitter &&
      group.version === version &&
      group.total === total &&
      isWithinWindow(begin.date, group.begin.date),
  )
  const { cover } = from ?? {}
  if (!from || !cover || cover.submitter !== begin.submitter || cover.version !== version) return undefined
  const times = [...from.places.values(), ...from.replaced.keys()].map(time)
  const before = times.filter((each) => each <= time(cover))
  if (before.length === 0 || time(begin) - time(cover) > time(cover) - Math.max(...before)) return undefined
  delete from.cover
  behind.cover = cover
  behind.begin = cover
  return cover
}
