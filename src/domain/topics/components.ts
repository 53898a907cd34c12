import { compareVersions, type Posting } from './posting.js'
import type { Reason } from './rules.js'

/** Topics as the connected components of links between series: pure. */

export type Member = Pick<Posting, 'id' | 'version' | 'date'>

export interface TopicLink {
  readonly series: number
  readonly earlier: number
  readonly reason: Reason
  readonly score: number
}

/** Links as a text, the same for the same links in any order. */
export function linksKey(links: readonly TopicLink[]): string {
  return links
    .map(({ earlier, reason }) => `${earlier} ${reason}`)
    .toSorted()
    .join()
}

/** The links of a series before and after it was decided again. */
export interface LinkChange {
  readonly series: Pick<Posting, 'id' | 'title'>
  readonly before: readonly TopicLink[]
  readonly after: readonly TopicLink[]
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
  for (const { series, earlier } of decisions.toSorted((a, b) => a.series - b.series))
    if (earlier !== null) join(series, earlier, true)
  const usable = undecided(links, decisions)
    .flatMap((link) => {
      const [later, earlier] = [byId.get(link.series), byId.get(link.earlier)]
      return later && earlier ? [{ score: link.score, later, earlier }] : []
    })
    .toSorted(
      (a, b) =>
        b.score - a.score || compareVersions(a.later, b.later) || compareVersions(a.earlier, b.earlier),
    )
  for (const { later, earlier } of usable) join(later.id, earlier.id, false)
  return toPlaces(new Set(groups.values()), links, decisions)
}

/** The links that count: a decision on a series takes the place of its links. */
function undecided(links: readonly TopicLink[], decisions: readonly Decision[]): TopicLink[] {
  const decided = new Set(decisions.map(({ series }) => series))
  return links.filter(({ series }) => !decided.has(series))
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

function toPlaces(
  groups: Iterable<readonly Member[]>,
  links: readonly TopicLink[],
  decisions: readonly Decision[],
): Map<number, Placed> {
  const places = new Map<number, Placed>()
  for (const group of groups) {
    const inOrder = sortVersions(group, links, decisions)
    const topic = Math.min(...group.map(({ id }) => id))
    for (const { id } of inOrder) places.set(id, { topic, isLatest: id === inOrder.at(-1)?.id })
  }
  return places
}

/**
 * The order of the versions of one topic: by version and date. Where a person put a series behind one that would come
 * after it, as when numbers begin again after an RFC, it follows that one, and so do those that continue it.
 */
export function sortVersions(
  members: readonly Member[],
  links: readonly TopicLink[],
  decisions: readonly Decision[],
): Member[] {
  const byId = new Map(members.map((member) => [member.id, member]))
  const isAhead = ({ series, earlier }: Pick<TopicLink, 'series'> & Pick<Decision, 'earlier'>) => {
    const [later, before] = [byId.get(series), byId.get(earlier ?? 0)]
    return later !== undefined && before !== undefined && compareVersions(before, later) > 0
  }
  if (!decisions.some(isAhead)) return members.toSorted(compareVersions)
  const bySeries = Map.groupBy([...decisions, ...undecided(links, decisions)], ({ series }) => series)
  const eras = new Map<number, number>()
  const eraOf = (id: number): number => {
    const known = eras.get(id)
    if (known !== undefined) return known
    // Ends a circle, which links by rules may close later.
    eras.set(id, 0)
    const before = (bySeries.get(id) ?? []).filter(({ earlier }) => byId.has(earlier ?? 0))
    const era = Math.max(0, ...before.map((link) => eraOf(link.earlier ?? 0) + Number(isAhead(link))))
    eras.set(id, era)
    return era
  }
  return members.toSorted((a, b) => eraOf(a.id) - eraOf(b.id) || compareVersions(a, b))
}

/** Whether one series of a topic is continued by another one, directly or through others. */
export function isContinuedBy(
  series: number,
  later: number,
  links: readonly TopicLink[],
  decisions: readonly Decision[],
): boolean {
  const bySeries = Map.groupBy([...decisions, ...undecided(links, decisions)], (link) => link.series)
  const reached = new Set([later])
  // The set grows while it is read.
  for (const id of reached)
    for (const { earlier } of bySeries.get(id) ?? []) if (earlier !== null) reached.add(earlier)
  return later !== series && reached.has(series)
}
