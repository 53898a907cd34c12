import { sql } from 'kysely'
import { NotFound } from '../errors.js'
import { canSeeBundle } from '../policy.js'
import { compare, condition, inOrder } from '../store/page.js'
import { type BundleRow, bundlesById, patchesByBundle, usersById } from '../store/read.js'
import { bundlePath } from '../urls.js'
import { embedPatch, embedProject, embedUser, PATCH, PROJECT } from './embedded.js'
import * as filters from './filters.js'
import { addResource, type Asked, type Listing, listPage, type Mount, only } from './resource.js'
import { always, isSince, type Shape, since } from './versions.js'

const SHAPE: Shape = { web_url: since('1.1'), project: always(PROJECT), patches: always(PATCH) }

const LISTING: Listing = {
  table: 'bundles',
  filters: {
    project: { filter: filters.project, column: 'project_id' },
    owner: { filter: filters.user, column: 'owner_id' },
    public: { filter: filters.flag, column: 'public' },
  },
  order: { id: 'id', name: 'name', owner: 'owner_id' },
  defaultOrder: 'id',
  search: ['name'],
}

/** `/bundles/` and `/bundles/N/`: public ones and one's own. */
export function addBundles(mount: Mount): void {
  const isWritable = isSince(mount.version, '1.2')
  addResource(mount, '/bundles/', isWritable ? 'GET, POST' : 'GET', SHAPE, async (asked, reply) => {
    const { viewer } = asked
    const visible = viewer
      ? condition(`of ${viewer.id}`, sql`(public = 1 or owner_id = ${sql.lit(viewer.id)})`)
      : compare('public', '=', 1)
    const ids = await listPage(asked, reply, LISTING, '/bundles/', [visible])
    return await toBundles(asked, inOrder(ids, await bundlesById(asked.db, ids)))
  })
  const allow = isWritable ? 'GET, PUT, PATCH, DELETE' : 'GET'
  addResource(mount, '/bundles/:id/', allow, SHAPE, async (asked) => {
    const bundle = only(await bundlesById(asked.db, [asked.id('id')]), 'Bundle')
    if (!canSeeBundle(asked.viewer, bundle)) throw new NotFound('No Bundle matches the given query.')
    return (await toBundles(asked, [bundle]))[0]
  })
}

async function toBundles({ db, at }: Asked, rows: readonly BundleRow[]) {
  const owners = new Map(
    (
      await usersById(
        db,
        rows.map(({ owner_id }) => owner_id),
      )
    ).map((user) => [user.id, user]),
  )
  const patches = Map.groupBy(
    await patchesByBundle(
      db,
      rows.map(({ id }) => id),
    ),
    ({ bundle_id }) => bundle_id,
  )
  return rows.map((row) => {
    const owner = owners.get(row.owner_id) as { id: number; username: string }
    const path = at.base + bundlePath(owner.username, row.name)
    return {
      id: row.id,
      url: at.url(`/bundles/${row.id}/`),
      web_url: path,
      project: embedProject(at, row.project_id),
      name: row.name,
      owner: embedUser(at, owner as never),
      patches: (patches.get(row.id) ?? []).map((patch) => embedPatch(at, patch)),
      public: row.public === 1,
      mbox: `${path}mbox/`,
    }
  })
}
