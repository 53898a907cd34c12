import type { PatchLine } from '../../domain/patches/list.js'
import type { Project } from '../../domain/projects/queries.js'
import type { SeriesGroup } from '../../domain/series/groups.js'
import type { SeriesLine } from '../../domain/series/list.js'
import type { State } from '../../domain/states/queries.js'
import type { Tag } from '../../domain/tags/queries.js'
import { onceEach } from '../../util/once.js'
import { patchPath } from '../../util/urls.js'
import { escape, HOLE, html, type Markup } from '../framework/html.js'
import { type ListQuery, queryWith } from '../framework/list-query.js'
import { ageOf } from '../text/age.js'
import { missingNumbers } from '../text/missing.js'
import { formatTime } from './date.js'
import { boxCell, checkCounts, FirstTitles, idCell, TagTitle, Title, tagCounts } from './list-cells.js'
import { personName } from './person.js'
import { checksOf, seriesTitle, stateCounts } from './series-table.js'

interface Columns {
  /** Those that have a column. */
  tags: readonly Tag[]
  /** Whether rows can be chosen: within a form, to which each sends its `series` or `patch`. */
  isSelectable: boolean
  showsIds: boolean
}

/** The titles of a table of series, each of which has a body of its own. */
export function SeriesGroupHead({ tags, query, isSelectable, showsIds }: Columns & { query: ListQuery }) {
  return (
    <thead>
      <tr>
        <FirstTitles isSelectable={isSelectable} showsIds={showsIds} />
        <Title by="name" text="Series" query={query} />
        <th>Version</th>
        <th>Patches</th>
        <TagTitle tags={tags} />
        <th title="Checks: success / warning / fail">S/W/F</th>
        <th>Comments</th>
        <Title by="date" text="Age" query={query} />
        <th title="Newest patch or comment">Activity</th>
        <Title by="submitter" text="Submitter" query={query} />
        <Title by="delegate" text="Delegate" query={query} />
        <Title by="state" text="State" query={query} />
      </tr>
    </thead>
  )
}

/** What all bodies of a table have in common. */
export interface GroupOptions extends Columns {
  project: Project
  states: readonly State[]
  /** The day that ages are counted to. */
  today: string
  /** The form with the rows that are ticked, after it was refused. */
  chosen: URLSearchParams | undefined
}

interface Common extends GroupOptions {
  readonly byId: ReadonlyMap<number, State>
  readonly chosenSeries: ReadonlySet<string>
  readonly chosenPatches: ReadonlySet<string>
  /** Many rows have the same day. */
  readonly ageOfDay: (day: string) => string
}

/**
 * The bodies of such a table: series, one in a line, each with its patches folded under it. A series of one patch is the line
 * of that patch. Links to submitters, which keep the filter of the list, have holes; see `linkedRows`.
 */
export function groupBodies(groups: readonly SeriesGroup[], options: GroupOptions): Markup[] {
  const { states, chosen, today } = options
  const common: Common = {
    ...options,
    ageOfDay: onceEach((day: string) => ageOf(day, today)),
    byId: new Map(states.map((state) => [state.id, state])),
    chosenSeries: new Set(chosen?.getAll('series')),
    chosenPatches: new Set(chosen?.getAll('patch')),
  }
  return groups.map((group) => groupBody(group, common))
}

/** What stands in a query before the number of a submitter. */
const SUBMITTER = 'submitter='

/** The parts of bodies with their links to submitters, each of which has a hole before and after its number. */
export function linkedRows(
  rows: readonly { readonly parts: readonly Buffer[] }[],
  query: ListQuery,
): Buffer[] {
  const link = queryWith(query, { submitter: 0 })
  const start = link.indexOf(`${SUBMITTER}0`) + SUBMITTER.length
  const around = [link.slice(0, start), link.slice(start + 1)].map((part) => Buffer.from(escape(part)))
  return rows.flatMap(({ parts }) =>
    parts.flatMap((part, index) => (index === 0 ? part : [around[(index - 1) % 2] as Buffer, part])),
  )
}

function groupBody(group: SeriesGroup, common: Common): Markup {
  const { series, patches } = group
  const [patch] = patches
  if (!series || (series.total === 1 && patches.length === 1 && series.cover_id === null))
    return patch ? html`<tbody>${singleRow(patch, group, common)}</tbody>` : html``
  const parts = html`${patches.map((each) => partRow(each, series, common))}`
  return html`<tbody class="group">${seriesRow(series, group, common)}${parts}</tbody>
`
}

/** A patch that is all of its series. */
function singleRow(patch: PatchLine, group: SeriesGroup, common: Common): Markup {
  return html`<tr>${patchBox(patch, common)}${patchLink(patch, common)}<td>${group.series && html`v${group.series.version}`}</td><td></td>${figures(patch, common)}<td class="counts">${commentCounts(group)}</td>${ages(patch.date, group.lastActivity, common)}${people(patch)}${stateCell(patch, common)}</tr>
`
}

function seriesRow(series: SeriesLine, group: SeriesGroup, common: Common): Markup {
  const { tags, byId } = common
  const name = seriesTitle(series)
  const box = common.isSelectable && boxCell('series', series.id, common.chosenSeries.has(String(series.id)))
  return html`<tr class="series">${box}${common.showsIds && EMPTY}
<td><a id="s${series.id}" href="/series/${series.id}/" dir="auto">${name}</a></td><td>v${series.version}</td><td>${received(series, group)}</td>${tags.length > 0 && html`<td class="counts">${tagSums(group, tags)}</td>`}<td class="counts">${checkCounts(checksOf(series))}</td><td class="counts">${commentCounts(group)}</td>${ages(series.date, group.lastActivity, common)}${submitter(series)}<td dir="auto">${delegatesOf(group)}</td><td>${stateCounts(series, byId)}</td></tr>
`
}

/** A patch under its series: what it has in common with the series is not said again. */
function partRow(patch: PatchLine, series: SeriesLine, common: Common): Markup {
  const isSame = patch.submitter_id === series.submitter_id
  return html`<tr class="part">${patchBox(patch, common)}${patchLink(patch, common)}<td></td><td>${patch.number ?? ''}</td>${figures(patch, common)}<td></td><td title="${formatTime(patch.date)}">${ageAt(patch.date, common)}</td><td></td>${isSame ? EMPTY : submitter(patch)}<td dir="auto">${patch.delegate_username ?? ''}</td>${stateCell(patch, common)}</tr>
`
}

const EMPTY = html`<td></td>`

function patchBox({ id }: PatchLine, { isSelectable, chosenPatches, showsIds }: Common): Markup {
  return html`${isSelectable && boxCell('patch', id, chosenPatches.has(String(id)))}${showsIds && idCell(id)}`
}

function patchLink({ id, name, msgid }: PatchLine, { project }: Common): Markup {
  return html`<td><a id="p${id}" href="${patchPath(project.link_name, msgid)}" dir="auto">${name}</a></td>`
}

/** Tags and checks of a patch. */
function figures(patch: PatchLine, { tags }: Common): Markup {
  return html`${tags.length > 0 && html`<td class="counts">${tagCounts(patch, tags)}</td>`}<td class="counts">${checkCounts(patch)}</td>`
}

/** How many patches were received, which are missing, and the fold of those that are listed. */
function received(series: SeriesLine, { patches, received: count }: SeriesGroup): Markup {
  const of = `${count}/${series.total}`
  if (patches.length === 0) return count === 0 ? html`${of}` : html`<a href="/series/${series.id}/">${of}</a>`
  const missing = missingNumbers(
    patches.flatMap(({ number }) => number ?? []),
    series.total,
  )
  return html`<details><summary title="${count} of ${series.total} patches received">${of}<span class="hidden"> patches of ${seriesTitle(series)}</span></summary></details>${missing !== undefined && html`<small class="missing">missing ${missing}</small>`}`
}

/** On how many patches each tag was given. */
function tagSums({ patches }: SeriesGroup, tags: readonly Tag[]): Markup {
  return html`${tags.map(({ id, name }) => {
    const count = patches.reduce((sum, patch) => sum + Number((patch.tags?.get(id) ?? 0) > 0), 0)
    return count > 0
      ? html`<b title="${name} on ${count} of ${patches.length} patches">${count}</b> `
      : html`- `
  })}`
}

function commentCounts({ comments, openComments }: SeriesGroup): Markup {
  if (comments === 0) return html`-`
  const open = openComments > 0 && html` <b title="Comments that need action">${openComments} open</b>`
  return html`${comments}${open}`
}

function ages(date: string, last: string, common: Common): Markup {
  return html`<td title="${formatTime(date)}">${ageAt(date, common)}</td><td title="${formatTime(last)}">${ageAt(last, common)}</td>`
}

function ageAt(time: string, { ageOfDay }: Common): string {
  return ageOfDay(time.slice(0, 10))
}

type Submitted = Pick<PatchLine, 'submitter_id' | 'submitter_name' | 'submitter_email'>

function submitter(row: Submitted): Markup {
  return html`<td><a href="${HOLE}${row.submitter_id}${HOLE}" dir="auto">${personName(row)}</a></td>`
}

function people(patch: PatchLine): Markup {
  return html`${submitter(patch)}<td dir="auto">${patch.delegate_username ?? ''}</td>`
}

/** Delegates that are named; of more patches only the number is. */
const MAX_DELEGATES = 2

function delegatesOf({ patches }: SeriesGroup): string {
  const names = [...new Set(patches.flatMap(({ delegate_username }) => delegate_username ?? []))]
  return names.length > MAX_DELEGATES ? `${names.length} people` : names.join(', ')
}

function stateCell({ state_id }: PatchLine, { byId }: Common): Markup {
  const state = byId.get(state_id)
  return html`<td class="state" data-state="${state?.slug}">${state?.name}</td>`
}
