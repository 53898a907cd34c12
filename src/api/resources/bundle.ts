import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { notVisible } from '../../auth/not-visible.js'
import { canSeeBundle, canSeeOwnBundles } from '../../auth/permissions.js'
import { inOrder } from '../../db/pagination.js'
import { changeBundle, createBundle, removeBundle } from '../../domain/bundles/commands.js'
import { type BundleFilter, type BundleOrder, listBundleIds } from '../../domain/bundles/filter.js'
import { type BundleRow, bundlesById, patchesByBundle } from '../../domain/bundles/queries.js'
import { BUNDLE_NAME_PATTERN, MAX_BUNDLE_NAME, MAX_BUNDLE_PATCHES } from '../../domain/bundles/rules.js'
import { usersById } from '../../domain/users/queries.js'
import { bundlePath } from '../../util/urls.js'
import {
  EmbeddedPatch,
  EmbeddedProject,
  EmbeddedUser,
  embedPatch,
  embedProject,
  embedUser,
  loadProjects,
} from '../framework/embedded.js'
import { flag as flagField, text as textField } from '../framework/fields.js'
import * as filters from '../framework/filters.js'
import { answerList, embeddedSizes, enterEmbedded, MAX_EMBEDDED, totalOf } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import { type AuthenticatedContext, type RequestContext, readBody } from '../framework/request-context.js'
import { patches as patchesField } from '../framework/row-fields.js'
import { address, flag, number, text } from '../framework/schema.js'
import { project } from '../framework/shared-filters.js'
import { since } from '../framework/versions.js'

const Bundle = Type.Object(
  {
    id: number('Number of the bundle.'),
    url: address('Where the API has the bundle.'),
    web_url: since('1.1', address('Its page.')),
    project: EmbeddedProject,
    name: text('Its name: one of each for each owner.'),
    owner: EmbeddedUser,
    patches: Type.Array(EmbeddedPatch, {
      description: 'Its patches by number; in its own order they are on its page and in its mbox.',
    }),
    public: flag('Whether others see it.'),
    mbox: address('Its patches as mails in its own order, for `git am`.'),
  },
  { $id: 'Bundle', description: 'Patches that somebody put together.' },
)

const FIELDS = {
  name: textField('Its name: one of each for each owner.', {
    max: MAX_BUNDLE_NAME,
    isRequired: true,
    keywords: { pattern: BUNDLE_NAME_PATTERN },
  }),
  patches: patchesField(
    'Numbers of its patches, all of one project, in its own order.',
    true,
    MAX_BUNDLE_PATCHES,
    1,
  ),
  public: flagField('Whether others see it; they do not if left out.'),
}

const LISTING: Listing<BundleFilter, BundleOrder> = {
  list: listBundleIds,
  filters: {
    project,
    owner: { filter: references.user, field: 'owners', description: 'Of these users: number or user name.' },
    public: { filter: filters.flag, field: 'isPublic', description: 'Whether others see them.' },
  },
  order: { id: 'id', name: 'name', owner: 'owner_id' },
  defaultOrder: 'id',
  isSearched: true,
}

export const BUNDLES: Resource = {
  path: '/bundles/',
  tag: 'Bundles',
  get: operation({
    id: 'bundles_list',
    summary: 'List bundles',
    description: 'Those that everybody sees, and your own.',
    listing: LISTING,
    answer: Type.Array(Bundle),
    async handle(request, reply) {
      return await answerList(request, reply, {
        listing: LISTING,
        path: '/bundles/',
        fixed: visibleTo(request),
        sizes: (ids) => embeddedSizes(request.db, 'bundle', ids),
        describe: async (ids) => toBundles(request, inOrder(ids, await bundlesById(request.db, ids))),
      })
    },
  }),
  post: operation({
    id: 'bundles_create',
    summary: 'Make a bundle',
    description: 'For everybody who has logged in; it is theirs.',
    since: '1.2',
    isNamedBefore: true,
    needsLogin: true,
    fields: FIELDS,
    status: 201,
    answer: Bundle,
    async handle(request, reply) {
      const { name = '', patches = [], ...rest } = await readBody(request, FIELDS, false)
      const bundle = { name, public: rest.public ?? false }
      return await showBundle(request, reply, await createBundle(request.db, request.actor, bundle, patches))
    },
  }),
}

export const BUNDLE: Resource = {
  path: '/bundles/:id/',
  tag: 'Bundles',
  get: operation({
    id: 'bundles_read',
    summary: 'Show a bundle',
    description: 'One that everybody sees, or your own.',
    answer: Bundle,
    handle: (request, reply) => showBundle(request, reply, request.id('id')),
  }),
  put: operation({
    id: 'bundles_update',
    summary: 'Replace a bundle',
    description: 'For its owner; name and patches have to be there.',
    since: '1.2',
    isNamedBefore: true,
    needsLogin: true,
    subject: (request) => visibleBundle(request, request.id('id')),
    fields: FIELDS,
    answer: Bundle,
    handle: (request, reply) => updateBundle(request, reply, false),
  }),
  patch: operation({
    id: 'bundles_partial_update',
    summary: 'Change a bundle',
    description: 'For its owner. Fields that are left out stay as they are.',
    since: '1.2',
    isNamedBefore: true,
    needsLogin: true,
    subject: (request) => visibleBundle(request, request.id('id')),
    fields: FIELDS,
    isPartial: true,
    answer: Bundle,
    handle: (request, reply) => updateBundle(request, reply, true),
  }),
  delete: operation({
    id: 'bundles_delete',
    summary: 'Delete a bundle',
    description: 'For its owner. Its patches stay.',
    since: '1.2',
    isNamedBefore: true,
    needsLogin: true,
    subject: (request) => visibleBundle(request, request.id('id')),
    status: 204,
    async handle(request) {
      await removeBundle(request.db, request.actor, request.id('id'))
    },
  }),
}

/** The bundles that the caller may see, as a filter. */
function visibleTo({ viewer }: RequestContext): Pick<BundleFilter, 'visibleTo' | 'visibleIn'> {
  if (!viewer || !canSeeOwnBundles(viewer)) return { visibleTo: null }
  const { projects } = viewer.limits ?? {}
  return { visibleTo: viewer.id, ...(projects ? { visibleIn: [...projects] } : {}) }
}

async function updateBundle(
  request: AuthenticatedContext,
  reply: FastifyReply,
  isPartial: boolean,
): Promise<Static<typeof Bundle>> {
  const id = request.id('id')
  await changeBundle(request.db, request.actor, id, (db) => readBody({ ...request, db }, FIELDS, isPartial))
  return await showBundle(request, reply, id)
}

/** The bundle of the address, if the caller may see it. Throws NotFound. */
async function visibleBundle(request: RequestContext, id: number): Promise<BundleRow> {
  const [bundle] = await bundlesById(request.db, [id])
  if (!bundle || !canSeeBundle(request.viewer, bundle))
    throw notVisible(request.viewer, 'No Bundle matches the given query.')
  return bundle
}

async function showBundle(
  request: RequestContext,
  reply: FastifyReply,
  id: number,
): Promise<Static<typeof Bundle>> {
  const row = await visibleBundle(request, id)
  await enterEmbedded(reply, totalOf(await embeddedSizes(request.db, 'bundle', [id])))
  const [bundle] = await toBundles(request, [row])
  if (!bundle) throw notVisible(request.viewer, 'No Bundle matches the given query.')
  return bundle
}

async function toBundles(
  { db, response }: RequestContext,
  rows: readonly BundleRow[],
): Promise<Static<typeof Bundle>[]> {
  await loadProjects({ db, response }, rows)
  const owners = await usersById(db, [...new Set(rows.map(({ owner_id }) => owner_id))])
  const users = new Map(owners.map((user) => [user.id, user]))
  const patches = await patchesByBundle(
    db,
    rows.map(({ id }) => id),
  )
  const byBundle = Map.groupBy(patches, ({ bundle_id }) => bundle_id)
  return rows.flatMap((row) => {
    const owner = users.get(row.owner_id)
    // Its owner was removed, and so was the bundle, since it was read.
    if (!owner) return []
    const path = response.base + bundlePath(owner.username, row.name)
    const bundle = {
      id: row.id,
      url: response.url(`/bundles/${row.id}/`),
      web_url: path,
      project: embedProject(response, row.project_id),
      name: row.name,
      owner: embedUser(response, owner),
      patches: (byBundle.get(row.id) ?? [])
        .slice(0, MAX_EMBEDDED)
        .map((patch) => embedPatch(response, patch)),
      public: row.public === 1,
      mbox: `${path}mbox/`,
    }
    return [bundle]
  })
}
