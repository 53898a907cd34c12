import { type Static, Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { dismissSuggestion, followSuggestion } from '../../domain/automation/commands.js'
import {
  getSuggestion,
  listSuggestionIds,
  type OpenItem,
  readOpen,
  type SuggestionFilter,
  type SuggestionRow,
} from '../../domain/automation/queries.js'
import { RULES } from '../../domain/automation/rules.js'
import { stateSlugs } from '../../domain/states/queries.js'
import { answerList, enterEmbedded, MAX_EMBEDDED } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import { address, number, orNull, text, time } from '../framework/schema.js'
import { projectIn } from './project.js'

/** What the rules of a project suggest, and what people do with it. */

const Item = Type.Object(
  {
    patch: number('Number of the patch.'),
    name: text('Its name.'),
    state: orNull(text('The slug of the state that it would get; null: it would keep its own.')),
    archived: orNull(Type.Boolean(), 'Whether it would be archived; null: that would stay as it is.'),
    commit_ref: orNull(text('The commit that it would get; blank: none; null: that would stay as it is.')),
  },
  { $id: 'SuggestionItem', description: 'What is suggested for one patch.' },
)

const Suggestion = Type.Object(
  {
    id: number('Number of the suggestion.'),
    url: address('Where the API has the suggestion.'),
    date: time('When it was made.'),
    rule: Type.String({ enum: [...RULES], description: 'The rule that makes it.' }),
    evidence: text('What the rule relies on.'),
    series: orNull(number('Number of the series on whose page it is shown besides those of its patches.')),
    apply: address('Where it is followed, by POST.'),
    items: Type.Array(Item, { description: 'What is still to be changed.' }),
  },
  { $id: 'Suggestion', description: 'Changes that a rule suggests to make together.' },
)

const Followed = Type.Object(
  {
    changes: Type.Array(Type.Integer(), { description: 'Numbers of the changes by which it can be undone.' }),
    count: number('How many patches were changed.'),
  },
  { $id: 'FollowedSuggestion', description: 'What became of a suggestion.' },
)

/** About the bytes of a suggestion in a list. */
const SUGGESTION_BYTES = 5000

const LISTING: Listing<SuggestionFilter, 'id'> = {
  list: listSuggestionIds,
  filters: {
    series: {
      filter: references.series,
      field: 'series',
      description: 'Shown with these series: by number.',
    },
  },
  order: { id: 'id' },
  defaultOrder: '-id',
}

export const SUGGESTIONS: Resource = {
  path: '/projects/:project/suggestions/',
  tag: 'Suggestions',
  get: operation({
    id: 'suggestions_list',
    summary: 'List what the rules of a project suggest',
    description:
      'Changes that a rule would make, where the project wants to decide itself, the newest first; without those that nothing is left of.',
    since: '1.4',
    listing: LISTING,
    answer: Type.Array(Suggestion),
    async handle(request, reply) {
      const project = await projectIn(request)
      return await answerList(request, reply, {
        listing: LISTING,
        path: `/projects/${project.id}/suggestions/`,
        fixed: { projects: [project.id], isOpen: true },
        sizes: async (ids) => new Map(ids.map((id) => [id, SUGGESTION_BYTES])),
        describe: (ids) => toSuggestions(request, ids),
      })
    },
  }),
}

export const SUGGESTION: Resource = {
  path: '/projects/:project/suggestions/:suggestion_id/',
  tag: 'Suggestions',
  get: operation({
    id: 'suggestions_read',
    summary: 'Show what a rule suggests',
    description: 'With all its patches that are still to be changed.',
    since: '1.4',
    answer: Suggestion,
    async handle(request, reply) {
      const { id } = await suggestionIn(request)
      await enterEmbedded(reply, MAX_EMBEDDED)
      return firstOrNotFound(await toSuggestions(request, [id]), 'Suggestion')
    },
  }),
  delete: operation({
    id: 'suggestions_delete',
    summary: 'Dismiss a suggestion',
    description:
      'The rule does not suggest it again. For the maintainers of the project, and for those who may change all of its patches.',
    since: '1.4',
    needsLogin: true,
    subject: suggestionIn,
    status: 204,
    async handle(request) {
      const { id, project_id } = await suggestionIn(request)
      await dismissSuggestion(request.db, request.actor, project_id, id)
    },
  }),
}

export const APPLY: Resource = {
  path: '/projects/:project/suggestions/:suggestion_id/apply/',
  tag: 'Suggestions',
  post: operation({
    id: 'suggestions_apply',
    summary: 'Follow a suggestion',
    description:
      'Makes the changes that are still to be made, as one change. For those who may change all of its patches.',
    since: '1.4',
    needsLogin: true,
    subject: suggestionIn,
    answer: Followed,
    async handle(request) {
      const { id, project_id } = await suggestionIn(request)
      const { batches, count } = await followSuggestion(request.db, request.actor, project_id, id)
      return { changes: batches, count }
    },
  }),
}

/** The suggestion that the address names. Throws NotFound. */
async function suggestionIn(request: RequestContext): Promise<SuggestionRow> {
  const { id } = await projectIn(request)
  return await getSuggestion(request.db, id, request.id('suggestion_id'))
}

async function toSuggestions(
  { db, response }: RequestContext,
  ids: readonly number[],
): Promise<Static<typeof Suggestion>[]> {
  const rows = inOrder(ids, await readOpen(db, ids))
  const states = rows.flatMap(({ items }) => items.flatMap(({ state_id }) => state_id ?? []))
  const slugs = await stateSlugs(db, new Set(states))
  return rows.map((row) => {
    const path = `/projects/${row.project_id}/suggestions/${row.id}/`
    return {
      id: row.id,
      url: response.url(path),
      date: response.date(row.time),
      rule: row.rule,
      evidence: row.evidence,
      series: row.series_id,
      apply: `${response.api}${path}apply/`,
      items: row.items.map((item) => toItem(item, slugs)),
    }
  })
}

function toItem(item: OpenItem, slugs: ReadonlyMap<number, string>): Static<typeof Item> {
  return {
    patch: item.patch_id,
    name: item.name,
    state: item.state_id === null ? null : (slugs.get(item.state_id) ?? null),
    archived: item.archived === null ? null : item.archived === 1,
    commit_ref: item.commit_ref,
  }
}
