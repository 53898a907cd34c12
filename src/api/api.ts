import type { FastifyInstance } from 'fastify'
import type { Context } from '../config/context.js'
import { addDocs } from './framework/docs.js'
import { addDocument, redirectBrowsersToDocs } from './framework/document.js'
import EXAMPLES from './framework/examples.json' with { type: 'json' }
import { mountsOf } from './framework/mounts.js'
import type { Resource } from './framework/operation.js'
import { addResource } from './framework/resource.js'
import { PEOPLE, PERSON, USER, USERS } from './resources/account.js'
import { BUNDLE, BUNDLES } from './resources/bundle.js'
import { CHANGE, CHANGES, UNDO } from './resources/change.js'
import { CHECK, CHECKS, SERIES_CHECKS } from './resources/check.js'
import { CHECKER, CHECKERS } from './resources/checker.js'
import { ALL_CHECKS } from './resources/checks.js'
import { COVER_COMMENT, COVER_COMMENTS, PATCH_COMMENT, PATCH_COMMENTS } from './resources/comment.js'
import { COVER, COVERS } from './resources/cover.js'
import { EVENT_STREAM } from './resources/event-stream.js'
import { EVENTS } from './resources/events.js'
import { INDEX } from './resources/index.js'
import { PATCH, PATCHES } from './resources/patch.js'
import { PROJECT, PROJECTS } from './resources/project.js'
import { PROJECT_RULES } from './resources/project-rules.js'
import { SERIES, SERIES_LIST } from './resources/series.js'
import { SERIES_DIFF } from './resources/series-diff.js'
import { SERIES_PREVIOUS } from './resources/series-previous.js'
import { SERIES_RECHECK } from './resources/series-recheck.js'
import { STATES } from './resources/state.js'
import { APPLY, SUGGESTION, SUGGESTIONS } from './resources/suggestion.js'
import { CALLER, TOKEN, TOKEN_ROTATION, TOKENS } from './resources/token.js'
import { TRAILERS } from './resources/trailer.js'
import { PUSHES, TREE, TREES } from './resources/tree.js'
import { WEBHOOK, WEBHOOK_ROTATION, WEBHOOKS } from './resources/webhook.js'
import { WEBHOOK_DELIVERIES, WEBHOOK_DELIVERY, WEBHOOK_RESEND } from './resources/webhook-delivery.js'
import { MESSAGES } from './resources/webhook-message.js'

/** All resources of the API; each version serves those that it has. */
export const RESOURCES: readonly Resource[] = [
  INDEX,
  PROJECTS,
  PROJECT,
  PROJECT_RULES,
  TREES,
  TREE,
  PUSHES,
  CHANGES,
  CHANGE,
  UNDO,
  SUGGESTIONS,
  SUGGESTION,
  APPLY,
  PATCHES,
  PATCH,
  TRAILERS,
  PATCH_COMMENTS,
  PATCH_COMMENT,
  ALL_CHECKS,
  CHECKS,
  CHECK,
  COVERS,
  COVER,
  COVER_COMMENTS,
  COVER_COMMENT,
  SERIES_LIST,
  SERIES,
  SERIES_CHECKS,
  SERIES_RECHECK,
  SERIES_DIFF,
  SERIES_PREVIOUS,
  EVENTS,
  EVENT_STREAM,
  BUNDLES,
  BUNDLE,
  USERS,
  USER,
  PEOPLE,
  PERSON,
  STATES,
  CALLER,
  TOKENS,
  TOKEN,
  TOKEN_ROTATION,
  CHECKERS,
  CHECKER,
  WEBHOOKS,
  WEBHOOK,
  WEBHOOK_ROTATION,
  WEBHOOK_DELIVERIES,
  WEBHOOK_DELIVERY,
  WEBHOOK_RESEND,
]

/** Mounts every version under its own prefix, and one of them, by default the newest, under `/api`. */
export function addApi(app: FastifyInstance, context: Context): void {
  const { defaultApiVersion } = context.config
  for (const resource of RESOURCES)
    addResource({ app, context }, resource, resource === INDEX ? redirectBrowsersToDocs : undefined)
  for (const mount of mountsOf(defaultApiVersion)) {
    addDocument({ app, context }, mount, { resources: RESOURCES, messages: MESSAGES }, EXAMPLES)
    addDocs(app, mount.prefix, defaultApiVersion)
  }
}
