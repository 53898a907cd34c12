import type { FastifyInstance } from 'fastify'
import type { Context } from '../config/context.js'
import { PEOPLE, PERSON, USER, USERS } from './account.js'
import { BUNDLE, BUNDLES } from './bundle.js'
import { CHECK, CHECKS, SERIES_CHECKS } from './check.js'
import { COVER_COMMENT, COVER_COMMENTS, PATCH_COMMENT, PATCH_COMMENTS } from './comment.js'
import { COVER, COVERS } from './cover.js'
import { addDocs } from './docs.js'
import { addDocument, showPagesToPeople } from './document.js'
import { EVENTS } from './event.js'
import EXAMPLES from './examples.json' with { type: 'json' }
import { INDEX } from './index.js'
import type { Resource } from './operation.js'
import { PATCH, PATCHES } from './patch.js'
import { PROJECT, PROJECTS } from './project.js'
import { addResource, type Mount } from './resource.js'
import { SERIES, SERIES_LIST } from './series.js'
import { STATES } from './state.js'
import { VERSIONS } from './versions.js'

/** All that the API has; each version answers what it knows of it. */
export const RESOURCES: readonly Resource[] = [
  INDEX,
  PROJECTS,
  PROJECT,
  PATCHES,
  PATCH,
  PATCH_COMMENTS,
  PATCH_COMMENT,
  CHECKS,
  CHECK,
  COVERS,
  COVER,
  COVER_COMMENTS,
  COVER_COMMENT,
  SERIES_LIST,
  SERIES,
  SERIES_CHECKS,
  EVENTS,
  BUNDLES,
  BUNDLE,
  USERS,
  USER,
  PEOPLE,
  PERSON,
  STATES,
]

/** Mounts every version under its own prefix, and one of them, by default the newest, under `/api`. */
export function addApi(app: FastifyInstance, context: Context): void {
  addVersion({ app, context, version: context.config.defaultApiVersion, prefix: '/api' })
  for (const version of VERSIONS) addVersion({ app, context, version, prefix: `/api/${version}` })
}

function addVersion(mount: Mount): void {
  const { app, context, prefix } = mount
  for (const resource of RESOURCES.filter((one) => one !== INDEX)) addResource(mount, resource)
  void app.register(async (scope) => {
    scope.addHook('onRequest', showPagesToPeople(prefix))
    addResource({ ...mount, app: scope }, INDEX)
  })
  addDocument(mount, RESOURCES, EXAMPLES)
  addDocs(app, prefix, context.config.defaultApiVersion)
}
