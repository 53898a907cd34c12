import type { PatchLine } from '../../domain/patches/list.js'
import type { Project } from '../../domain/projects/queries.js'
import type { State } from '../../domain/states/queries.js'
import type { Tag } from '../../domain/tags/queries.js'
import { patchPath } from '../../util/urls.js'
import { html, type Markup } from '../framework/html.js'
import type { ListQuery } from '../framework/list-query.js'
import { formatTime } from './date.js'
import { boxCell, checkCounts, FirstTitles, idCell, TagTitle, Title, tagCounts } from './list-cells.js'
import { personName } from './person.js'

export interface PatchTableProps {
  project: Project
  rows: readonly PatchLine[]
  states: readonly State[]
  tags: readonly Tag[]
  /** Where links to a series or a submitter lead, before their query; empty: to the page itself. */
  listPath: string
  /** Makes the titles of columns sort; without it they are plain. */
  query?: ListQuery | undefined
  /** Whether rows can be chosen: within a form, to which each sends its `patch`. */
  isSelectable: boolean
  /** Ids of the rows that are ticked, after a refused form. */
  chosen?: readonly string[] | undefined
  showsIds: boolean
}

/** Patches, one in a line. The order of columns is what maintainers have in their fingers. */
export function PatchTable(props: PatchTableProps) {
  return (
    <table class="list patches">
      <Head {...props} />
      <tbody dangerouslySetInnerHTML={{ __html: patchRows(props).toString() }} />
    </table>
  )
}

function Head({ tags, query, isSelectable, showsIds }: PatchTableProps) {
  return (
    <thead>
      <tr>
        <FirstTitles isSelectable={isSelectable} showsIds={showsIds} />
        <Title by="name" text="Patch" query={query} />
        <th>Series</th>
        <TagTitle tags={tags} />
        <th title="Checks: success / warning / fail">S/W/F</th>
        <Title by="date" text="Date" query={query} />
        <Title by="submitter" text="Submitter" query={query} />
        <Title by="delegate" text="Delegate" query={query} />
        <Title by="state" text="State" query={query} />
      </tr>
    </thead>
  )
}

/** The rows of the table, as markup: there may be hundreds. */
export function patchRows(props: PatchTableProps): Markup {
  const states = new Map(props.states.map((state) => [state.id, state]))
  return html`${props.rows.map((row) => patchRow(row, states.get(row.state_id), props))}`
}

function patchRow(row: PatchLine, state: State | undefined, props: PatchTableProps): Markup {
  const { id, name, date, series_id, submitter_id, delegate_username } = row
  const { project, listPath, tags, isSelectable, chosen, showsIds } = props
  return html`<tr>${isSelectable && boxCell('patch', id, chosen?.includes(String(id)) === true)}${showsIds && idCell(id)}
<td><a id="p${id}" href="${patchPath(project.link_name, row.msgid)}" dir="auto">${name}</a></td>
<td>${series_id !== null && html`<a href="/series/${series_id}/" dir="auto">${seriesName(row)}</a>`}</td>
${tags.length > 0 && html`<td class="counts">${tagCounts(row, tags)}</td>`}
<td class="counts">${checkCounts(row)}</td>
<td title="${formatTime(date)}">${date.slice(0, 10)}</td>
<td><a href="${listPath}?submitter=${submitter_id}" dir="auto">${personName(row)}</a></td>
<td dir="auto">${delegate_username ?? ''}</td>
<td class="state" data-state="${state?.slug}">${state?.name}</td></tr>
`
}

function seriesName({ series_id, series_name }: PatchLine): string {
  return series_name ?? `Untitled series #${series_id}`
}
