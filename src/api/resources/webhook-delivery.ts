import { type Static, Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { resendDelivery } from '../../domain/webhooks/commands.js'
import {
  type Delivery,
  type DeliveryFilter,
  deliveriesById,
  getDelivery,
  getWebhook,
  listDeliveryIds,
} from '../../domain/webhooks/queries.js'
import { answerList } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { operation, type Resource } from '../framework/operation.js'
import type { RequestContext } from '../framework/request-context.js'
import { address, number, orNull, text, time } from '../framework/schema.js'
import { projectIn } from './project.js'
import { managedProject } from './webhook.js'

const DeliverySchema = Type.Object(
  {
    id: number('Number of the delivery.'),
    url: address('Where the API has the delivery.'),
    event: number('Number of the event.'),
    category: text('Category of the event.'),
    created: time('When it was first sent.'),
    state: Type.String({
      enum: ['sending', 'delivered', 'failed'],
      description: 'What became of the last attempt.',
    }),
    attempts: number('How often it was sent.'),
    finished: orNull(time('When the last attempt ended.')),
    status: orNull(number('HTTP status of the last answer.'), 'Null without an answer.'),
    reason: orNull(text('What went wrong in the last attempt.')),
    answer: orNull(text('The beginning of the body of the last answer: at most 1 KB.')),
    duration: orNull(number('How long the last attempt took, in milliseconds.')),
    resend: orNull(time('When it was asked to be sent again; null once it was.')),
  },
  { $id: 'WebhookDelivery', description: 'An event as it was sent to a webhook.' },
)

const LISTING: Listing<DeliveryFilter, 'id' | 'created'> = {
  list: listDeliveryIds,
  filters: {},
  order: { id: 'id', created: 'created' },
  defaultOrder: '-id',
}

const PATH = '/projects/:project/webhooks/:webhook_id/deliveries/'

export const WEBHOOK_DELIVERIES: Resource = {
  path: PATH,
  tag: 'Webhooks',
  get: operation({
    id: 'webhook_deliveries_list',
    summary: 'List what a webhook was sent',
    description: 'For the maintainers of its project: each event of the last 30 days once, the newest first.',
    since: '1.4',
    needsLogin: true,
    readScope: 'webhooks',
    isRemembered: false,
    subject: projectIn,
    listing: LISTING,
    answer: Type.Array(DeliverySchema),
    async handle(request, reply) {
      const project = await managedProject(request)
      const { id } = await getWebhook(request.db, project.id, request.id('webhook_id'))
      const path = `/projects/${project.id}/webhooks/${id}/deliveries/`
      return await answerList(request, reply, {
        listing: LISTING,
        path,
        fixed: { webhook: id },
        describe: async (ids) =>
          inOrder(ids, await deliveriesById(request.db, ids)).map((row) => describe(request, path, row)),
      })
    },
  }),
}

export const WEBHOOK_DELIVERY: Resource = {
  path: `${PATH}:delivery_id/`,
  tag: 'Webhooks',
  get: operation({
    id: 'webhook_deliveries_read',
    summary: 'Show a delivery',
    description: 'For the maintainers of its project.',
    since: '1.4',
    needsLogin: true,
    readScope: 'webhooks',
    isRemembered: false,
    subject: projectIn,
    answer: DeliverySchema,
    async handle(request) {
      const { id } = await managedProject(request)
      return await show(request, id)
    },
  }),
}

export const WEBHOOK_RESEND: Resource = {
  path: `${PATH}:delivery_id/resend/`,
  tag: 'Webhooks',
  post: operation({
    id: 'webhook_deliveries_resend',
    summary: 'Send an event again',
    description:
      'For the maintainers of its project: once and soon, with the same `webhook-id`, whatever became of it before.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    answer: DeliverySchema,
    async handle(request) {
      const project = await projectIn(request)
      const [webhook, delivery] = [request.id('webhook_id'), request.id('delivery_id')]
      await resendDelivery(request.db, request.actor, project, webhook, delivery)
      return await show(request, project.id)
    },
  }),
}

async function show(request: RequestContext, project: number): Promise<Static<typeof DeliverySchema>> {
  const { db, id } = request
  const webhook = await getWebhook(db, project, id('webhook_id'))
  const path = `/projects/${project}/webhooks/${webhook.id}/deliveries/`
  return describe(request, path, await getDelivery(db, webhook.id, id('delivery_id')))
}

function describe(
  { response }: RequestContext,
  path: string,
  { id, event_id: event, created, finished, resend, ...row }: Delivery,
): Static<typeof DeliverySchema> {
  const { category, state, attempts, status, reason, answer, duration } = row
  return {
    id,
    url: response.url(`${path}${id}/`),
    event,
    category,
    state,
    attempts,
    status,
    reason,
    answer,
    duration,
    created: response.date(created),
    finished: finished && response.date(finished),
    resend: resend && response.date(resend),
  }
}
