import { compareVersions, type Posting } from './posting.js'

/** Topics as the connected components of links between series: pure. */

export type Member = Pick<Posting, 'id' | 'version' | 'date'>

export interface TopicLink {
  readonly series: number
  readonly earlier: number
  readonly reason: string
  readonly score: number
}

/** What a person decided; `earlier` null: the series continues nothing. */
export interface Decision {
  readonly series: number
  readonly earlier: number | null
}

/** Maximum number of series in one topic; links that would make a larger one are left out. */
export const MAX_TOPIC = 100

export interface Placed {
  readonly topic: number
  readonly isLatest: boolean
}

/**
 * The topic of each member. Links count from the most certain on; one that would join a series that continues nothing
 * to an earlier one is left out.
 */
export function placeMembers(
  members: readonly Member[],
  links: readonly TopicLink[],
  decisions: readonly Decision[],
): Map<number, Placed> {
  const byId = new Map(members.map((member) => [member.id, member]))
  const groups = new Map<number, Member[]>(members.map((member) => [member.id, [member]]))
  const separated = new Set(decisions.filter(({ earlier }) => earlier === null).map(({ series }) => series))
  const join = (series: number, earlier: number, isDecided: boolean) => {
    const [a, b] = [groups.get(series), groups.get(earlier)]
    if (!a || !b || a === b || a.length + b.length > MAX_TOPIC) return
    if (!isDecided && (isSevered(a, b, separated) || isSevered(b, a, separated))) return
    const all = [...a, ...b]
    for (const { id } of all) groups.set(id, all)
  }
  const decided = new Set(decisions.map(({ series }) => series))
  for (const { series, earlier } of decisions.toSorted((a, b) => a.series - b.series))
    if (earlier !== null) join(series, earlier, true)
  const usable = links
    .filter(({ series }) => !decided.has(series))
    .flatMap((link) => {
      const [later, earlier] = [byId.get(link.series), byId.get(link.earlier)]
      return later && earlier ? [{ score: link.score, later, earlier }] : []
    })
    .toSorted(
      (a, b) =>
        b.score - a.score || compareVersions(a.later, b.later) || compareVersions(a.earlier, b.earlier),
    )
  for (const { later, earlier } of usable) join(later.id, earlier.id, false)
  return toPlaces(new Set(groups.values()))
}

/** Whether `group` has a series that continues nothing, and `other` one before that. */
function isSevered(
  group: readonly Member[],
  other: readonly Member[],
  separated: ReadonlySet<number>,
): boolean {
  if (separated.size === 0) return false
  return group.some(
    (member) => separated.has(member.id) && other.some((each) => compareVersions(each, member) < 0),
  )
}

function toPlaces(groups: Iterable<readonly Member[]>): Map<number, Placed> {
  const places = new Map<number, Placed>()
  for (const group of groups) {
    const inOrder = group.toSorted(compareVersions)
    const topic = Math.min(...group.map(({ id }) => id))
    for (const { id } of inOrder) places.set(id, { topic, isLatest: id === inOrder.at(-1)?.id })
  }
  return places
}
