import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'
import { addAccounts } from './account.js'
import { addBundles } from './bundle.js'
import { addChecks } from './check.js'
import { addComments } from './comment.js'
import { addCovers } from './cover.js'
import { addEvents } from './event.js'
import { addPatches } from './patch.js'
import { addProjects } from './project.js'
import { addResource, type Mount } from './resource.js'
import { addSeries } from './series.js'
import { LATEST, VERSIONS } from './versions.js'

const COLLECTIONS = ['projects', 'users', 'people', 'patches', 'covers', 'series', 'events', 'bundles']

/** Mounts every version under its own prefix, and the newest under `/api`. */
export function addApi(app: FastifyInstance, context: Context): void {
  addVersion({ app, context, version: LATEST, prefix: '/api' })
  for (const version of VERSIONS) addVersion({ app, context, version, prefix: `/api/${version}` })
}

function addVersion(mount: Mount): void {
  addResource(mount, '/', 'GET', {}, async ({ at }) =>
    Object.fromEntries(COLLECTIONS.map((name) => [name, at.url(`/${name}/`)])),
  )
  addPatches(mount)
  addComments(mount)
  addChecks(mount)
  addCovers(mount)
  addSeries(mount)
  addProjects(mount)
  addAccounts(mount)
  addBundles(mount)
  addEvents(mount)
}
