import { type Static, Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { undoBatch } from '../../domain/changes/commands.js'
import { readValueNames, type ValueNames } from '../../domain/changes/names.js'
import {
  type BatchFilter,
  type BatchRow,
  batchesById,
  type ItemRow,
  listBatchIds,
  listItems,
} from '../../domain/changes/queries.js'
import { NO_VERSION } from '../../domain/topics/decisions.js'
import { NotFound } from '../../util/errors.js'
import { EmbeddedUser, embedUser } from '../framework/embedded.js'
import { answerList, enterEmbedded, MAX_EMBEDDED } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, flag, number, orNull, text, time } from '../framework/schema.js'
import { projectIn } from './project.js'

/** What was changed of patches and series, and how it is undone. */

const Value = (description: string) =>
  Type.Union([Type.String(), Type.Boolean(), Type.Integer(), Type.Null()], { description })

const itemFields = {
  patch: orNull(number('Number of the patch; null for a change of a series.')),
  series: orNull(number('Number of the series; null for a change of a patch.')),
  field: Type.String({
    enum: ['state', 'delegate', 'archived', 'previous', 'commit_ref'],
    description:
      'What was changed; `previous` is the version before a series, `commit_ref` the commit of a patch.',
  }),
  from: Value(
    'What it was: the slug of a state, a user name, whether it was archived, the number of a series, a commit; null for none.',
  ),
  to: Value('What it became.'),
}

const Item = Type.Object(
  { ...itemFields, undone: flag('Whether it was undone.') },
  { $id: 'ChangeItem', description: 'One changed field.' },
)

const Change = Type.Object(
  {
    id: number('Number of the change.'),
    url: address('Where the API has the change.'),
    date: time('When it was made.'),
    actor: orNull(EmbeddedUser, 'Who made it; null for the command line and for mail.'),
    via: Type.String({
      enum: ['page', 'API', 'command line', 'background', 'mail'],
      description: 'By which way it came.',
    }),
    rule: orNull(text('The rule that made it; null if a person did.')),
    evidence: orNull(text('What the rule relied on.')),
    undoes: orNull(number('Number of the change that it undoes.')),
    undo: address('Where it is undone, by POST.'),
    total: number('How many fields it changed.'),
    items: Type.Array(Item, {
      description: 'The changed fields; in lists the first hundred of each change.',
    }),
  },
  { $id: 'Change', description: 'Changes that were made together.' },
)

const Undone = Type.Object(
  {
    change: orNull(
      number('Number of the change by which the undo can be undone; null if nothing was undone.'),
    ),
    undone: Type.Array(Type.Object(itemFields), { description: 'What was undone, as it had been changed.' }),
    kept: Type.Array(Type.Object({ ...itemFields, reason: text('Why it was not undone.') }), {
      description: 'What was left as it is.',
    }),
  },
  { $id: 'Undone', description: 'What became of an undo.' },
)

/** Changed fields of each change in a list. */
const MAX_LISTED = 100

/** About the bytes of a changed field. */
const ITEM_BYTES = 150

const LISTING: Listing<BatchFilter, 'id'> = {
  list: listBatchIds,
  filters: {
    actor: {
      filter: references.user,
      field: 'actors',
      description: 'Made by these users: number or user name.',
    },
  },
  order: { id: 'id' },
  defaultOrder: '-id',
}

export const CHANGES: Resource = {
  path: '/projects/:project/changes/',
  tag: 'Changes',
  get: operation({
    id: 'changes_list',
    summary: 'List changes of patches and series',
    description:
      'The changes of state, delegate and archive flag of patches and of the versions of series, the newest first: those that were made together as one.',
    since: '1.4',
    listing: LISTING,
    answer: Type.Array(Change),
    async handle(request, reply) {
      const project = await projectIn(request)
      return await answerList(request, reply, {
        listing: LISTING,
        path: `/projects/${project.id}/changes/`,
        fixed: { projects: [project.id] },
        sizes: async (ids) => new Map(ids.map((id) => [id, MAX_LISTED * ITEM_BYTES])),
        describe: (ids) => toChanges(request, ids, MAX_LISTED),
      })
    },
  }),
}

export const CHANGE: Resource = {
  path: '/projects/:project/changes/:change_id/',
  tag: 'Changes',
  get: operation({
    id: 'changes_read',
    summary: 'Show a change of patches and series',
    description: `The change with all its fields, up to ${MAX_EMBEDDED}.`,
    since: '1.4',
    answer: Change,
    async handle(request, reply) {
      const batch = await batchIn(request)
      await enterEmbedded(reply, MAX_EMBEDDED * ITEM_BYTES)
      const [change] = await toChanges(request, [batch.id], MAX_EMBEDDED)
      return change as Static<typeof Change>
    },
  }),
}

export const UNDO: Resource = {
  path: '/projects/:project/changes/:change_id/undo/',
  tag: 'Changes',
  post: operation({
    id: 'changes_undo',
    summary: 'Undo a change of patches and series',
    description:
      'Gives back what was before, as far as nobody changed it since; the rest is named in `kept`. For the maintainers of the project, and for the user who made the change where they may change the patch. An undo is a change itself, so it can be undone.',
    since: '1.4',
    needsLogin: true,
    subject: batchIn,
    answer: Undone,
    async handle(request) {
      const { id, project_id } = await batchIn(request)
      const result = await undoBatch(request.db, request.actor, project_id, id)
      const names = await readValueNames(request.db, [...result.undone, ...result.kept])
      return {
        change: result.id ?? null,
        undone: result.undone.map((item) => toItem(item, names)),
        kept: result.kept.map((item) => ({ ...toItem(item, names), reason: item.reason })),
      }
    },
  }),
}

/** The change that the address names. Throws NotFound. */
async function batchIn(request: RequestContext): Promise<BatchRow> {
  const project = await projectIn(request)
  const batch = firstOrNotFound(await batchesById(request.db, [request.id('change_id')]), 'Change')
  if (batch.project_id !== project.id) throw new NotFound('No Change matches the given query.')
  return batch
}

async function toChanges(
  { db, response }: RequestContext,
  ids: readonly number[],
  limit: number,
): Promise<Static<typeof Change>[]> {
  const rows = inOrder(ids, await batchesById(db, ids))
  const items = await listItems(db, ids, limit)
  const names = await readValueNames(db, items)
  const byBatch = Map.groupBy(items, ({ batch_id }) => batch_id)
  return rows.map((row) => {
    const own = byBatch.get(row.id) ?? []
    const url = response.url(`/projects/${row.project_id}/changes/${row.id}/`)
    return {
      id: row.id,
      url,
      date: response.date(row.time),
      actor: embedActor(response, row),
      via: row.way,
      rule: row.rule,
      evidence: row.evidence,
      undoes: row.undoes_id,
      undo: `${response.api}/projects/${row.project_id}/changes/${row.id}/undo/`,
      total: own[0]?.total ?? 0,
      items: own.map((item) => ({ ...toItem(item, names), undone: item.undone_id !== null })),
    }
  })
}

function embedActor(response: ResponseContext, row: BatchRow) {
  if (row.actor_id === null || row.actor_username === null) return null
  const { actor_id: id, actor_username: username, actor_first_name: first_name } = row
  const { actor_last_name: last_name, actor_email: email } = row
  return embedUser(response, { id, username, first_name, last_name, email })
}

function toItem(item: ItemRow, names: ValueNames) {
  const { patch_id, series_id, field, before, after, before_text, after_text } = item
  if (field === 'commit_ref')
    return { patch: patch_id, series: series_id, field, from: before_text, to: after_text }
  return {
    patch: patch_id,
    series: series_id,
    field,
    from: nameOf(field, before, names),
    to: nameOf(field, after, names),
  }
}

function nameOf(
  field: ItemRow['field'],
  value: number | null,
  { states, users }: ValueNames,
): string | boolean | number | null {
  if (value === null) return null
  if (field === 'state') return states.get(value)?.slug ?? null
  if (field === 'delegate') return users.get(value)?.username ?? null
  if (field === 'archived') return value === 1
  return value === NO_VERSION ? null : value
}
