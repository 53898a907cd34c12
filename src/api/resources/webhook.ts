import { type Static, Type } from 'typebox'
import { canManageWebhooks } from '../../auth/permissions.js'
import { CATEGORIES } from '../../domain/events/categories.js'
import type { Project } from '../../domain/projects/queries.js'
import {
  type CreatedSecret,
  changeWebhook,
  createWebhook,
  type Place,
  removeWebhook,
  rotateSecret,
} from '../../domain/webhooks/commands.js'
import { getWebhook, stateOf, type Webhook, webhooksOf } from '../../domain/webhooks/queries.js'
import { MAX_ADDRESS } from '../../domain/webhooks/rules.js'
import { Forbidden } from '../../util/errors.js'
import { flag as flagField, text as textField } from '../framework/fields.js'
import { choicesOrNull } from '../framework/list-fields.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  type RequestContext,
  readAuthority,
  readBody,
} from '../framework/request-context.js'
import { address, flag, number, orNull, text, time } from '../framework/schema.js'
import { projectIn } from './project.js'

const webhookFields = {
  id: number('Number of the webhook.'),
  url: address('Where the API has the webhook.'),
  address: text('The URL that events are sent to.'),
  categories: orNull(
    Type.Array(Type.String(), { description: 'The categories of the events that are sent.' }),
    'Null: all.',
  ),
  active: flag('Whether events are sent; they wait while it is not, for up to 30 days.'),
  state: Type.String({
    enum: ['active', 'failing', 'off', 'disabled'],
    description:
      'What it does: `failing` webhooks are tried again, `off` is by a maintainer, `disabled` by the server.',
  }),
  created: time('When it was made.'),
  made_by: text('The name of who made it.'),
  failing_since: orNull(time('When the first of the failures since the last success was.')),
  next_attempt: orNull(time('When the next event is tried, after a failure.')),
  reason: orNull(text('What went wrong last.')),
  secret_rotated_until: orNull(time('Until when the secret before the last rotation signs as well.')),
  deliveries: address('Where the API has what was sent.'),
}

const WebhookSchema = Type.Object(webhookFields, {
  $id: 'Webhook',
  description: 'A URL that receives the events of a project, without what signs them.',
})

const CreatedSchema = Type.Object(
  { ...webhookFields, secret: text('What signs the events: it is shown only here.') },
  { $id: 'WebhookCreated', description: 'A webhook with its new secret.' },
)

const FIELDS = {
  address: textField('The URL that events are sent to: https or http, without user name and password.', {
    max: MAX_ADDRESS,
    isRequired: true,
    keywords: { format: 'uri', pattern: '^https?://[^\\s#]+$' },
  }),
  categories: choicesOrNull('The categories of the events that are sent; null or left out: all.', CATEGORIES),
  // Programs send forms too, and none of them shows a box that could be left unticked.
  active: { ...flagField('Whether events are sent; true by default.'), unticked: true },
}

export const WEBHOOKS: Resource = {
  path: '/projects/:project/webhooks/',
  tag: 'Webhooks',
  get: operation({
    id: 'webhooks_list',
    summary: 'List the webhooks of a project',
    description: 'For its maintainers.',
    since: '1.4',
    needsLogin: true,
    readScope: 'webhooks',
    isRemembered: false,
    subject: projectIn,
    answer: Type.Array(WebhookSchema),
    async handle(request) {
      const project = await managedProject(request)
      return (await webhooksOf(request.db, project.id)).map((row) => describe(request, project, row))
    },
  }),
  post: operation({
    id: 'webhooks_create',
    summary: 'Add a webhook to a project',
    description: 'For its maintainers. It receives what happens from now on.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    mayConflict: true,
    status: 201,
    answer: CreatedSchema,
    async handle(request) {
      const project = await projectIn(request)
      const created = await createWebhook(
        request.db,
        request.actor,
        project,
        async (db) => {
          const { address: target = '', ...rest } = await readBody({ ...request, db }, FIELDS, false)
          return { address: target, categories: null, active: true, ...rest }
        },
        placeOf(request),
      )
      return await showCreated(request, project, created)
    },
  }),
}

export const WEBHOOK: Resource = {
  path: '/projects/:project/webhooks/:webhook_id/',
  tag: 'Webhooks',
  get: operation({
    id: 'webhooks_read',
    summary: 'Show a webhook',
    description: 'For the maintainers of its project; without what signs the events.',
    since: '1.4',
    needsLogin: true,
    readScope: 'webhooks',
    isRemembered: false,
    subject: projectIn,
    answer: WebhookSchema,
    async handle(request) {
      const project = await managedProject(request)
      return await show(request, project)
    },
  }),
  patch: operation({
    id: 'webhooks_partial_update',
    summary: 'Change a webhook',
    description:
      'For the maintainers of its project. Fields that are left out stay. A webhook that is switched on again goes on after the last event that it received, unless that is older than 30 days.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    isPartial: true,
    answer: WebhookSchema,
    async handle(request) {
      const project = await projectIn(request)
      await changeWebhook(
        request.db,
        request.actor,
        project,
        request.id('webhook_id'),
        async (db) => await readBody({ ...request, db }, FIELDS, true),
        placeOf(request),
      )
      return await show(request, project)
    },
  }),
  delete: operation({
    id: 'webhooks_delete',
    summary: 'Remove a webhook',
    description: 'For the maintainers of its project; what it was sent is removed with it.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    status: 204,
    async handle(request) {
      await removeWebhook(request.db, request.actor, await projectIn(request), request.id('webhook_id'))
    },
  }),
}

export const WEBHOOK_ROTATION: Resource = {
  path: '/projects/:project/webhooks/:webhook_id/rotate/',
  tag: 'Webhooks',
  post: operation({
    id: 'webhooks_rotate',
    summary: 'Give a webhook a new secret',
    description:
      'For the maintainers of its project. For a day deliveries have two signatures, one of each secret, so that receivers can change over.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    status: 201,
    answer: CreatedSchema,
    async handle(request) {
      const project = await projectIn(request)
      const created = await rotateSecret(request.db, request.actor, project, request.id('webhook_id'))
      return await showCreated(request, project, created)
    },
  }),
}

/** The project that the address names, if the caller manages its webhooks. Throws NotFound and Forbidden. */
export async function managedProject(request: AuthenticatedContext): Promise<Project> {
  const project = await projectIn(request)
  if (!canManageWebhooks(await readAuthority(request), project)) throw new Forbidden()
  return project
}

function placeOf({ config, response }: RequestContext): Place {
  return { site: response.base, networks: config.webhookNetworks }
}

async function show(request: RequestContext, project: Project): Promise<Static<typeof WebhookSchema>> {
  return describe(request, project, await getWebhook(request.db, project.id, request.id('webhook_id')))
}

async function showCreated(
  request: RequestContext,
  project: Project,
  { id, secret }: CreatedSecret,
): Promise<Static<typeof CreatedSchema>> {
  return { ...describe(request, project, await getWebhook(request.db, project.id, id)), secret }
}

function describe(
  { response }: RequestContext,
  project: Project,
  webhook: Webhook,
): Static<typeof WebhookSchema> {
  const { id, failing_since, due, previous_expires } = webhook
  const path = `/projects/${project.id}/webhooks/${id}/`
  return {
    id,
    url: response.url(path),
    address: webhook.address,
    categories: webhook.categories && [...webhook.categories],
    active: webhook.active,
    state: stateOf(webhook),
    created: response.date(webhook.created),
    made_by: webhook.made_by,
    failing_since: failing_since && response.date(failing_since),
    next_attempt: due && response.date(due),
    reason: webhook.reason,
    secret_rotated_until: previous_expires && response.date(previous_expires),
    deliveries: response.url(`${path}deliveries/`),
  }
}
