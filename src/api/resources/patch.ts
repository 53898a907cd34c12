import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { textsOf } from '../../domain/mails/submissions.js'
import { type PatchRow, patchesById, patchesWithSmallTexts } from '../../domain/patches/queries.js'
import { parseSubject } from '../../mail/subject.js'
import {
  answerList,
  answerRows,
  embeddedShare,
  embeddedSizes,
  enterEmbedded,
} from '../framework/list-budget.js'
import { headersObject } from '../framework/mail-headers.js'
import { operation, type Resource } from '../framework/operation.js'
import { rememberedDetail } from '../framework/remembered-rows.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import { ChangedPatch, describePatches, Patch, PatchDetail } from './patch-answer.js'
import { applyBulkBody, applyPatchBody, BULK_FIELDS, FIELDS } from './patch-change.js'
import { PATCH_LISTING } from './patch-listing.js'

export const PATCHES: Resource = {
  path: '/patches/',
  tag: 'Patches',
  get: operation({
    id: 'patches_list',
    summary: 'List patches',
    description: 'All patches, or those that the parameters leave.',
    listing: PATCH_LISTING,
    answer: Type.Array(Patch),
    async handle(request, reply) {
      const rows = new Map<number, PatchRow>()
      return await answerList(request, reply, {
        listing: PATCH_LISTING,
        path: '/patches/',
        remembered: 'patches',
        async sizes(ids) {
          for (const row of await patchesById(request.db, ids)) rows.set(row.id, row)
          return await relatedSizes(request, [...rows.values()])
        },
        describe: (ids) =>
          describePatches(
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
    handle: async (request, reply) => await showPatches(request, reply, await applyBulkBody(request)),
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
    handle: async (request, reply) =>
      await rememberedDetail(request, 'patch', request.id('id'), () => showPatch(request, reply)),
  }),
  put: operation({
    id: 'patches_update',
    summary: 'Replace what can be said of a patch',
    description:
      'As PATCH does; state and delegate have to be there. For its submitter, its delegate and the maintainers of its project.',
    needsLogin: true,
    subject: readPatch,
    fields: FIELDS,
    answer: PatchDetail,
    async handle(request, reply) {
      await applyPatchBody(request, false)
      return await showPatch(request, reply)
    },
  }),
  patch: operation({
    id: 'patches_partial_update',
    summary: 'Change a patch',
    description:
      'Fields that are left out stay as they are. For its submitter, its delegate and the maintainers of its project.',
    needsLogin: true,
    subject: readPatch,
    fields: FIELDS,
    isPartial: true,
    answer: ChangedPatch,
    async handle(request, reply) {
      await applyPatchBody(request, true)
      const { related, sha256: _, ...patch } = await showPatch(request, reply)
      // Deployed clients know the answer to a change so.
      return related.length > 0 ? { ...patch, related } : patch
    },
  }),
}

/** The patch that the address names. Throws NotFound. */
async function readPatch({ db, id }: RequestContext): Promise<PatchRow> {
  return firstOrNotFound(await patchesById(db, [id('id')]), 'Patch')
}

async function showPatch(request: RequestContext, reply: FastifyReply): Promise<Static<typeof PatchDetail>> {
  const row = firstOrNotFound(await patchesWithSmallTexts(request.db, [request.id('id')]), 'Patch')
  const related = (await relatedSizes(request, [row])).get(row.id) ?? 0
  await enterEmbedded(reply, row.bytes + related)
  const { headers, content, diff } = await textsOf(request.db, 'patch', row)
  const [patch] = await describePatches(request, [row])
  return {
    ...(patch as Static<typeof Patch>),
    headers: headersObject(headers),
    content,
    diff,
    prefixes: parseSubject(row.name, []).prefixes,
    sha256: row.sha256,
  }
}

/** The size of the related patches of some patches, in bytes, by patch id. */
async function relatedSizes({ db }: RequestContext, rows: readonly PatchRow[]): Promise<Map<number, number>> {
  const relations = new Set(rows.flatMap(({ relation_id }) => relation_id ?? []))
  const sizes = await embeddedSizes(db, 'relation', [...relations])
  return new Map(rows.map(({ id, relation_id }) => [id, sizes.get(relation_id ?? 0) ?? 0]))
}

/** Many patches at once: related patches are shortened so that all patches fit. */
async function showPatches(
  request: RequestContext,
  reply: FastifyReply,
  ids: readonly number[],
): Promise<Static<typeof Patch>[]> {
  const rows = new Map((await patchesById(request.db, ids)).map((row) => [row.id, row]))
  const sizes = await relatedSizes(request, [...rows.values()])
  const related = embeddedShare(ids.length)
  return await answerRows(request, reply, ids, sizes, (group) =>
    describePatches(
      request,
      group.flatMap((id) => rows.get(id) ?? []),
      related,
    ),
  )
}
