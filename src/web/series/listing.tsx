import type { ComponentChildren } from 'preact'
import { queryWith } from '../framework/list-query.js'
import type { RequestContext } from '../framework/request-context.js'
import { type BulkChoices, BulkForm } from '../patches/bulk-form.js'
import { FilterBar } from '../patches/filter-form.js'
import { NoPatches } from '../patches/listing.js'
import { Pagination } from '../ui/pagination.js'
import { SeriesGroupTable } from '../ui/series-groups.js'
import { ViewSwitch } from '../ui/view-switch.js'
import type { SeriesList } from './list.js'

interface SeriesListingProps {
  context: RequestContext
  list: SeriesList
  /** What can be done with the rows that are chosen; undefined: nothing, and none can be. */
  choices: BulkChoices | undefined
  /** Shown beside the number of rows. */
  children?: ComponentChildren
}

/** A list of series with their patches: filters, bulk form, rows and page links. */
export function SeriesListing({ context, list, choices, children }: SeriesListingProps) {
  const { query, page, pages, groups } = list
  const pagination = (
    <Pagination page={page} pages={pages} hrefOf={(each) => queryWith(query, { page: each })} />
  )
  const table =
    groups.length > 0 ? (
      <SeriesGroupTable
        {...list}
        today={context.today}
        isSelectable={choices !== undefined}
        chosen={context.sent}
        showsIds={context.viewer?.show_ids === 1}
      />
    ) : (
      <NoPatches list={list} />
    )
  return (
    <>
      <FilterBar list={list} total={`${list.total.toLocaleString('en')}${list.isMore ? '+' : ''} series`}>
        {children}
        <ViewSwitch context={context} view="series" />
      </FilterBar>
      {choices && groups.length > 0 ? (
        <BulkForm
          context={context}
          choices={choices}
          rows={groups.flatMap(({ patches }) => patches)}
          pagination={pagination}
        >
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
