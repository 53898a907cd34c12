import type { ComponentChildren, VNode } from 'preact'
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

interface Columns {
  tags: readonly Tag[]
  /** Whether rows can be chosen: within a form, to which each sends its `patch`. */
  isSelectable: boolean
  showsIds: boolean
}

/** What all rows of a table have in common. */
export interface PatchRowOptions extends Columns {
  project: Project
  states: readonly State[]
  /** Where links to a series or a submitter lead, before their query; empty: to the page itself. */
  listPath: string
  /** Ids of the rows that are ticked, after a refused form. */
  chosen?: readonly string[] | undefined
}

/** Patches, one in a line. */
export function PatchTable({ rows, ...options }: PatchRowOptions & { rows: readonly PatchLine[] }) {
  const body = html`${patchRows(rows, options)}`
  return (
    <PatchTableFrame head={<PatchTableHead {...options} />}>
      <tbody dangerouslySetInnerHTML={{ __html: body.toString() }} />
    </PatchTableFrame>
  )
}

/** The table around rows of patches, which are its children. */
export function PatchTableFrame({ head, children }: { head: VNode; children: ComponentChildren }) {
  return (
    <table class="list patches">
      {head}
      {children}
    </table>
  )
}

interface HeadProps extends Columns {
  /** Makes the titles of columns sort; without it they are plain. */
  query?: ListQuery | undefined
}

/** The titles of its columns, whose order is what maintainers have in their fingers. */
export function PatchTableHead({ tags, query, isSelectable, showsIds }: HeadProps) {
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

/** The rows of such a table, one by one, as markup: there may be hundreds. */
export function patchRows(rows: readonly PatchLine[], options: PatchRowOptions): Markup[] {
  const states = new Map(options.states.map((state) => [state.id, state]))
  return rows.map((row) => patchRow(row, states.get(row.state_id), options))
}

function patchRow(row: PatchLine, state: State | undefined, options: PatchRowOptions): Markup {
  const { id, name, date, series_id, submitter_id, delegate_username } = row
  const { project, listPath, tags, isSelectable, chosen, showsIds } = options
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
