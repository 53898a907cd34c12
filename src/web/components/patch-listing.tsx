import type { ComponentChildren } from 'preact'
import { queryWith } from '../list-query.js'
import type { PatchList } from '../patch-list.js'
import type { Visit } from '../visit.js'
import { BulkForm, type BulkChoices } from './bulk-form.js'
import { Pagination } from './pagination.js'
import { FilterBar } from './patch-filter.js'
import { PatchTable } from './patch-table.js'

interface PatchListingProps {
  visit: Visit
  list: PatchList
  /** What can be done with the rows that are chosen; undefined: nothing, and none can be. */
  choices: BulkChoices | undefined
}

/** A whole list: what it shows, what can be done with it, its rows and its pages. */
export function PatchListing({ visit, list, choices }: PatchListingProps) {
  const { project, path, query, page, pages } = list
  const own = `/project/${project.link_name}/list/`
  const pagination = (
    <Pagination page={page} pages={pages} hrefOf={(each) => queryWith(query, { page: each })} />
  )
  const table =
    list.rows.length > 0 ? (
      <PatchTable
        {...list}
        listPath={path === own ? '' : own}
        isSelectable={choices !== undefined}
        showsIds={visit.viewer?.show_ids === 1}
      />
    ) : (
      <p class="none">No patches to show.</p>
    )
  return (
    <>
      <FilterBar list={list} />
      {choices && list.rows.length > 0 ? (
        <BulkForm visit={visit} project={project} choices={choices} pagination={pagination}>
          {table}
        </BulkForm>
      ) : (
        <Plain pagination={pagination}>{table}</Plain>
      )}
      {pages > 1 && <div class="below">{pagination}</div>}
    </>
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
