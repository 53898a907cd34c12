import type { ComponentChildren } from 'preact'
import { queryWith } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { type BulkChoices, BulkForm } from '../patches/bulk-form.js'
import { FilterBar } from '../patches/filter-form.js'
import type { ListPage } from '../patches/list.js'
import { listParts, patchesOf, rowViewOf } from '../patches/list-rows.js'
import { NoPatches } from '../patches/listing.js'
import { Pagination } from '../ui/pagination.js'
import { linkedRows, SeriesGroupHead } from '../ui/series-groups.js'
import { ViewSwitch } from '../ui/view-switch.js'

interface SeriesListingProps {
  context: RequestContext
  list: ListPage
  /** What can be done with the rows that are chosen; undefined: nothing, and none can be. */
  choices: BulkChoices | undefined
  /** Shown beside the number of rows. */
  children?: ComponentChildren
}

/** A list of series with their patches: filters, bulk form, rows and page links. */
export function SeriesListing({ context, list, choices, children }: SeriesListingProps) {
  const { query, page, pages, rows, tags } = list
  const parts = listParts(context, list)
  const pagination = parts(1, () => (
    <Pagination page={page} pages={pages} hrefOf={(each) => queryWith(query, { page: each })} />
  ))
  const table =
    rows.length > 0 ? (
      <table class="list groups">
        {parts(2, () => (
          <SeriesGroupHead {...rowViewOf(context)} tags={tags} query={query} />
        ))}
        {context.slots.add(linkedRows(rows, query))}
      </table>
    ) : (
      <NoPatches list={list} />
    )
  return (
    <>
      <FilterBar
        list={list}
        parts={parts}
        total={`${list.total.toLocaleString('en')}${list.isMore ? '+' : ''} series`}
      >
        {children}
        <ViewSwitch context={context} view="series" />
      </FilterBar>
      {choices && rows.length > 0 ? (
        <BulkForm context={context} choices={choices} rows={patchesOf(rows)} pagination={pagination}>
          {table}
        </BulkForm>
      ) : (
        <>
          <div class="above">{pagination}</div>
          {table}
        </>
      )}
      {pages > 1 && <div class="below">{pagination}</div>}
    </>
  )
}
