import { listPatchIds, type PatchFilter, type PatchOrder } from '../../domain/patches/filter.js'
import * as filters from '../framework/filters.js'
import type { Listing } from '../framework/listing.js'
import * as references from '../framework/reference-filters.js'
import { checks, messageId, project, received_since, sent, submitter } from '../framework/shared-filters.js'

/** How the API's words for a list of patches are translated to the filter and the orders that patches have. */
export const PATCH_LISTING: Listing<PatchFilter, PatchOrder> = {
  list: listPatchIds,
  filters: {
    project,
    series: { filter: references.series, field: 'series', description: 'Of these series: number.' },
    submitter,
    delegate: {
      filter: references.user,
      field: 'delegate',
      description: 'To be dealt with by these users: number or user name.',
    },
    state: {
      filter: references.state,
      field: 'states',
      description: 'In these states: slug, name or number.',
    },
    action_required: {
      filter: filters.flag,
      field: 'isActionRequired',
      description: 'Whether their state asks somebody to act.',
      since: '1.4',
    },
    archived: { filter: filters.flag, field: 'isArchived', description: 'Whether they were put away.' },
    hash: {
      filter: filters.hash,
      field: 'hash',
      description: 'With this hash of the diff.',
      since: '1.2',
      schemaAt: filters.hashAt,
    },
    checks,
    msgid: messageId,
    ...sent,
    received_since,
  },
  order: {
    id: 'id',
    name: 'name',
    project: 'project',
    date: 'date',
    state: 'state',
    archived: 'archived',
    submitter: 'submitter_id',
    delegate: 'delegate_id',
  },
  defaultOrder: 'id',
  isSearched: true,
}
