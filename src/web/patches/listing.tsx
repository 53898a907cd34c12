import type { ComponentChildren } from 'preact'
import { queryWith } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { countOfPatches } from '../text/count.js'
import { Pagination } from '../ui/pagination.js'
import { PatchTableFrame, PatchTableHead } from '../ui/patch-table.js'
import { ViewSwitch } from '../ui/view-switch.js'
import { type BulkChoices, BulkForm } from './bulk-form.js'
import { FilterBar } from './filter-form.js'
import { type ListPage, listPathOf } from './list.js'
import { listParts, patchesOf, rowViewOf } from './list-rows.js'

interface PatchListingProps {
  context: RequestContext
  list: ListPage
  /** What can be done with the rows that are chosen; undefined: nothing, and none can be. */
  choices: BulkChoices | undefined
  /** Shown beside the number of rows. */
  children?: ComponentChildren
}

/** What is said of a list without rows. */
type NoPatchesList = Pick<ListPage, 'conditions' | 'query' | 'project' | 'path'>

/** A list of patches: filters, bulk form, rows and page links. */
export function PatchListing({ context, list, choices, children }: PatchListingProps) {
  const { project, rows, path, query, page, pages, tags } = list
  const parts = listParts(context, list)
  const pagination = parts(1, () => (
    <Pagination page={page} pages={pages} hrefOf={(each) => queryWith(query, { page: each })} />
  ))
  const table =
    rows.length > 0 ? (
      <PatchTableFrame
        head={parts(2, () => <PatchTableHead {...rowViewOf(context)} tags={tags} query={query} />)}
      >
        <tbody>{context.slots.add(rows.flatMap((row) => row.parts))}</tbody>
      </PatchTableFrame>
    ) : (
      <NoPatches list={list} />
    )
  return (
    <>
      <FilterBar list={list} parts={parts} total={totalOf(list)}>
        {children}
        {path === listPathOf(project) && <ViewSwitch context={context} view="patches" />}
      </FilterBar>
      {choices && rows.length > 0 ? (
        <BulkForm context={context} choices={choices} rows={patchesOf(rows)} pagination={pagination}>
          {table}
        </BulkForm>
      ) : (
        <Plain pagination={pagination}>{table}</Plain>
      )}
      {pages > 1 && <div class="below">{pagination}</div>}
    </>
  )
}

function totalOf({ total, isMore }: ListPage): string {
  return countOfPatches(total, `${total.toLocaleString('en')}${isMore ? '+' : ''}`)
}

/** The conditions of the search, and links to wider searches. */
export function NoPatches({ list: { conditions, query, project, path } }: { list: NoPatchesList }) {
  const { values } = query
  const searched = conditions.map(({ name, value }) => `${name} = ${value}`).join(', ')
  const isNarrow = values.get('state') !== '*' || values.get('archive') !== 'both'
  const words = values.get('q')
  return (
    <div class="none">
      <p>
        No patches to show in {project.name}
        {searched && `: searched for ${searched}`}.
      </p>
      <ul>
        {isNarrow && (
          <li>
            <a href={path + queryWith(query, { state: '*', archive: 'both' })}>All states, archived or not</a>
          </li>
        )}
        {words && (
          <li>
            <a href={`/search/?q=${encodeURIComponent(words)}`}>All projects, states and archived</a>
          </li>
        )}
      </ul>
    </div>
  )
}

function Plain({ pagination, children }: { pagination: ComponentChildren; children: ComponentChildren }) {
  return (
    <>
      <div class="above">{pagination}</div>
      {children}
    </>
  )
}
