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
  const order = ({ series, earlier }: TopicLink) => [byId.get(series), byId.get(earlier)]
  const usable = links
    .filter(({ series, earlier }) => !decided.has(series) && byId.has(series) && byId.has(earlier))
    .toSorted((a, b) => {
      const [[later1, earlier1], [later2, earlier2]] = [order(a), order(b)] as [Member, Member][] as [
        [Member, Member],
        [Member, Member],
      ]
      return b.score - a.score || compareVersions(later1, later2) || compareVersions(earlier1, earlier2)
    })
  for (const { series, earlier } of usable) join(series, earlier, false)
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

/** The series before and after one in the order of versions; `decided`: what a person said comes before it. */
export function neighboursOf(
  members: readonly Member[],
  id: number,
  decided?: number,
): { previous: number | undefined; next: number | undefined } {
  const ids = members.toSorted(compareVersions).map((member) => member.id)
  const at = ids.indexOf(id)
  const previous = decided !== undefined && ids.includes(decided) ? decided : at > 0 ? ids[at - 1] : undefined
  return { previous, next: at < 0 ? undefined : ids[at + 1] }
}
