import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type PatchRow,
  patchesById,
  patchesByRelation,
  patchesWithTexts,
  type RelatedRow,
} from '../../domain/patches/queries.js'
import { textSizes } from '../../domain/patches/text-sizes.js'
import { stateSlugs } from '../../domain/states/states.js'
import { parseSubject } from '../../mail/subject.js'
import { archiveUrl, patchPath } from '../../util/urls.js'
import {
  EmbeddedPatch,
  EmbeddedPerson,
  EmbeddedProject,
  EmbeddedSeries,
  EmbeddedUser,
  embedPatch,
  embedProject,
  embedSeriesOf,
  embedSubmitter,
  embedUser,
  loadProjects,
  projectOf,
} from '../framework/embedded.js'
import * as filters from '../framework/filters.js'
import {
  answerList,
  answerRows,
  embeddedShare,
  embeddedSizes,
  enterEmbedded,
  MAX_EMBEDDED,
} from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { headersObject } from '../framework/mail-headers.js'
import { operation, type Resource } from '../framework/operation.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, flag, Headers, number, orNull, text, time } from '../framework/schema.js'
import { messageId, project, received_since, sent, submitter } from '../framework/shared-filters.js'
import { since } from '../framework/versions.js'
import { BULK_FIELDS, changePatch, changePatches, FIELDS } from './patch-change.js'

const fields = {
  id: number('Number of the patch.'),
  url: address('Where the API has the patch.'),
  web_url: since('1.1', address('Its page.')),
  project: EmbeddedProject,
  msgid: text('Message id of its mail, with the angle brackets.'),
  list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
  date: time('When it was sent, by the clock of its sender.'),
  name: text('Its subject, with those prefixes that tell something.'),
  commit_ref: orNull(text('The commit that it became.')),
  pull_url: orNull(text('Where a pull request can be pulled from.')),
  state: text('Slug of its state.'),
  archived: flag('Whether it was put away from the lists of what is to be done.'),
  hash: orNull(text('Hash of its diff, which stays the same when lines move; null for a pull request.')),
  submitter: EmbeddedPerson,
  delegate: orNull(EmbeddedUser, 'Who is to deal with it.'),
  mbox: address('The patch as a mail, for `git am`.'),
  series: Type.Array(EmbeddedSeries, { description: 'The series that it belongs to: one, or none.' }),
  comments: since('1.1', address('Where the API has its comments.')),
  check: Type.String({
    enum: [...filters.CHECK_STATES],
    description: 'The worst of its newest checks; `pending` while one is, or if there are none.',
  }),
  checks: address('Where the API has its checks.'),
  tags: Type.Object({}, { description: 'Always empty.' }),
}

const Patch = Type.Object(
  {
    ...fields,
    related: since('1.2', Type.Array(EmbeddedPatch, { description: 'Other forms of the same change.' })),
  },
  { $id: 'PatchList', description: 'A patch, without its long texts.' },
)

const detailFields = {
  headers: Headers,
  content: text('What its mail says before and after the diff.'),
  diff: orNull(text('The diff; null for a pull request.')),
  prefixes: Type.Array(Type.String(), { description: 'The prefixes of its subject, such as `v2`.' }),
}

const PatchDetail = Type.Object(
  { ...Patch.properties, ...detailFields },
  { $id: 'PatchDetail', description: 'A patch with its mail.' },
)

const ChangedPatch = Type.Object(
  {
    ...fields,
    related: since(
      '1.2',
      Type.Optional(Type.Array(EmbeddedPatch, { description: 'Missing if there are none.' })),
    ),
    ...detailFields,
  },
  { $id: 'PatchChanged', description: 'A patch as it is after a change.' },
)

const LISTING: Listing = {
  table: 'patches',
  filters: {
    project,
    series: { filter: filters.series, column: 'series_id', description: 'Of these series: number.' },
    submitter,
    delegate: {
      filter: filters.user,
      column: 'delegate_id',
      description: 'To be dealt with by these users: number or user name.',
    },
    state: {
      filter: filters.state,
      column: 'state_id',
      description: 'In these states: slug, name or number.',
    },
    action_required: {
      filter: filters.actionRequired,
      column: 'state_id',
      description: 'Whether their state asks somebody to act.',
      since: '1.4',
    },
    archived: { filter: filters.flag, column: 'archived', description: 'Whether they were put away.' },
    hash: { filter: filters.hash, column: 'hash', description: 'With this hash of the diff.', since: '1.2' },
    msgid: messageId,
    ...sent,
    received_since,
  },
  order: {
    id: 'id',
    name: 'name',
    project: '(select link_name from projects where projects.id = project_id)',
    date: 'date',
    state: '(select ordering from states where states.id = state_id)',
    archived: 'archived',
    submitter: 'submitter_id',
    delegate: 'delegate_id',
  },
  defaultOrder: 'id',
  search: ['name'],
}

export const PATCHES: Resource = {
  path: '/patches/',
  tag: 'Patches',
  get: operation({
    id: 'patches_list',
    summary: 'List patches',
    description: 'All patches, or those that the parameters leave.',
    listing: LISTING,
    answer: Type.Array(Patch),
    async handle(request, reply) {
      const rows = new Map<number, PatchRow>()
      return await answerList(request, reply, {
        listing: LISTING,
        path: '/patches/',
        async sizes(ids) {
          for (const row of await patchesById(request.db, ids)) rows.set(row.id, row)
          return await relatedSizes(request, [...rows.values()])
        },
        describe: (ids) =>
          describe(
            request,
            ids.flatMap((id) => rows.get(id) ?? []),
          ),
      })
    },
  }),
  patch: operation({
    id: 'patches_bulk_update',
    summary: 'Change many patches at once',
    description:
      'Gives all the patches that `ids` names the same state, delegate and so on; or, if one of them does not exist or is not yours to change, none. The answer names as many related patches as fit into 16 MB.',
    since: '1.4',
    needsLogin: true,
    fields: BULK_FIELDS,
    answer: Type.Array(Patch),
    handle: async (request, reply) => await showPatches(request, reply, await changePatches(request)),
  }),
}

export const PATCH: Resource = {
  path: '/patches/:id/',
  tag: 'Patches',
  get: operation({
    id: 'patches_read',
    summary: 'Show a patch',
    description: 'The patch with its mail: headers, commentary and diff.',
    answer: PatchDetail,
    handle: showPatch,
  }),
  put: operation({
    id: 'patches_update',
    summary: 'Replace what can be said of a patch',
    description:
      'As PATCH does; state and delegate have to be there. For its submitter, its delegate and the maintainers of its project.',
    needsLogin: true,
    fields: FIELDS,
    answer: PatchDetail,
    async handle(request, reply) {
      await changePatch(request, false)
      return await showPatch(request, reply)
    },
  }),
  patch: operation({
    id: 'patches_partial_update',
    summary: 'Change a patch',
    description:
      'Fields that are left out stay as they are. For its submitter, its delegate and the maintainers of its project.',
    needsLogin: true,
    fields: FIELDS,
    isPartial: true,
    answer: ChangedPatch,
    async handle(request, reply) {
      await changePatch(request, true)
      const { related, ...patch } = await showPatch(request, reply)
      // Deployed clients know the answer to a change so.
      return related.length > 0 ? { ...patch, related } : patch
    },
  }),
}

async function showPatch(request: RequestContext, reply: FastifyReply): Promise<Static<typeof PatchDetail>> {
  const [bytes = 0] = (await textSizes(request.db, 'patch', [request.id('id')])).values()
  const related = await relatedSizes(request, await patchesById(request.db, [request.id('id')]))
  await enterEmbedded(reply, new Map([...related].map(([id, size]) => [id, size + bytes])))
  const row = firstOrNotFound(await patchesWithTexts(request.db, [request.id('id')]), 'Patch')
  const [patch] = await describe(request, [row])
  return {
    ...(patch as Static<typeof Patch>),
    headers: headersObject(row.headers),
    content: row.content,
    diff: row.diff,
    prefixes: parseSubject(row.name, []).prefixes,
  }
}

/** The bytes of what is related to some patches, by their numbers. */
async function relatedSizes({ db }: RequestContext, rows: readonly PatchRow[]): Promise<Map<number, number>> {
  const relations = new Set(rows.flatMap(({ relation_id }) => relation_id ?? []))
  const sizes = await embeddedSizes(db, 'relation', [...relations])
  return new Map(rows.map(({ id, relation_id }) => [id, sizes.get(relation_id ?? 0) ?? 0]))
}

/** Many patches at once: of what is related to them so much that all have room. */
async function showPatches(
  request: RequestContext,
  reply: FastifyReply,
  ids: readonly number[],
): Promise<Static<typeof Patch>[]> {
  const rows = new Map((await patchesById(request.db, ids)).map((row) => [row.id, row]))
  const sizes = await relatedSizes(request, [...rows.values()])
  const related = embeddedShare(ids.length)
  return await answerRows(request, reply, ids, sizes, (group) =>
    describe(
      request,
      group.flatMap((id) => rows.get(id) ?? []),
      related,
    ),
  )
}

async function describe(
  { db, response }: RequestContext,
  rows: readonly PatchRow[],
  maxRelated = MAX_EMBEDDED,
): Promise<Static<typeof Patch>[]> {
  await loadProjects({ db, response }, rows)
  const states = await stateSlugs(
    db,
    rows.map(({ state_id }) => state_id),
  )
  const relations = rows.flatMap(({ relation_id }) => relation_id ?? [])
  const related = relations.length > 0 ? await patchesByRelation(db, [...new Set(relations)]) : []
  const byRelation = Map.groupBy(related, ({ relation_id }) => relation_id)
  return rows.map((row) =>
    toPatch(
      response,
      row,
      states.get(row.state_id) ?? '',
      othersOf(row, byRelation.get(row.relation_id ?? 0)).slice(0, maxRelated),
    ),
  )
}

function othersOf({ id }: PatchRow, related: readonly RelatedRow[] = []): RelatedRow[] {
  return related.filter((each) => each.id !== id)
}

function toPatch(
  response: ResponseContext,
  row: PatchRow,
  state: string,
  related: readonly RelatedRow[],
): Static<typeof Patch> {
  const { link_name, list_archive_url_format } = projectOf(response, row.project_id)
  const path = patchPath(link_name, row.msgid)
  return {
    id: row.id,
    url: response.url(`/patches/${row.id}/`),
    web_url: response.base + path,
    project: embedProject(response, row.project_id),
    msgid: row.msgid,
    list_archive_url: archiveUrl(list_archive_url_format, row.msgid),
    date: response.date(row.date),
    name: row.name,
    commit_ref: row.commit_ref,
    pull_url: row.pull_url,
    state,
    archived: row.archived === 1,
    hash: row.hash,
    submitter: embedSubmitter(response, row),
    delegate: embedDelegate(response, row),
    mbox: `${response.base}${path}mbox/`,
    series: embedSeriesOf(response, row),
    comments: `${response.api}/patches/${row.id}/comments/`,
    check: combinedCheck(row),
    checks: `${response.api}/patches/${row.id}/checks/`,
    tags: {},
    related: related.map((patch) => embedPatch(response, patch)),
  }
}

function embedDelegate(response: ResponseContext, row: PatchRow) {
  if (row.delegate_id === null || row.delegate_username === null) return null
  return embedUser(response, {
    id: row.delegate_id,
    username: row.delegate_username,
    first_name: row.delegate_first_name,
    last_name: row.delegate_last_name,
    email: row.delegate_email,
  })
}

/** The worst of the newest checks; without any, or while one runs, it is pending. */
function combinedCheck(row: PatchRow): string {
  if (row.checks_fail > 0) return 'fail'
  if (row.checks_warning > 0) return 'warning'
  return row.checks_pending === 0 && row.checks_success > 0 ? 'success' : 'pending'
}
