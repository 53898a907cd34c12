import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { CATEGORIES } from '../../domain/events/categories.js'
import type { Project } from '../../domain/projects/queries.js'
import {
  changeWebhook,
  createWebhook,
  type Place,
  removeWebhook,
  resendDelivery,
  rotateSecret,
} from '../../domain/webhooks/commands.js'
import { getWebhook, listDeliveries, type Webhook, webhooksOf } from '../../domain/webhooks/queries.js'
import type { WebhookFields } from '../../domain/webhooks/rules.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { NewTokenPage } from '../account/new-token-page.js'
import { requireNotRemoved } from '../admin/projects.js'
import { settingsProject } from '../admin/settings.js'
import { actorOf, addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import { problemsIn, type Sent } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { DeliveryTable, WebhookForm, WebhookState, WebhookTable } from './webhook-parts.js'

/** The deliveries that a page shows. */
const MAX_SHOWN = 50

const PATH = '/project/:project/settings/webhooks/'

/** The webhooks of a project and what they were sent, for its maintainers. */
export function addWebhookPages(appContext: AppContext): void {
  addUserPage(appContext, PATH, async (context) => await listPage(context, await settingsProject(context)))
  addUserForm(appContext, PATH, add)
  addUserPage(appContext, `${PATH}:id/`, async (context) => {
    const project = await settingsProject(context)
    return await webhookPage(context, project, await webhookIn(context, project))
  })
  addUserForm(appContext, `${PATH}:id/`, change)
  addUserForm(appContext, `${PATH}:id/rotate/`, rotate)
  addUserForm(appContext, `${PATH}:id/remove/`, remove)
  addUserForm(appContext, `${PATH}:id/deliveries/:delivery/resend/`, resend)
}

async function webhookIn({ db, request }: UserContext, { id }: Project): Promise<Webhook> {
  return await getWebhook(db, id, numberParameter(request, 'id'))
}

function settingsPath({ link_name }: Project): string {
  return `/project/${link_name}/settings/`
}

function listPath(project: Project): string {
  return `${settingsPath(project)}webhooks/`
}

function placeOf({ config, base }: UserContext): Place {
  return { site: base, networks: config.webhookNetworks }
}

async function listPage(context: UserContext, project: Project, sent?: Sent): Promise<VNode> {
  const path = listPath(project)
  return (
    <Layout context={context} title="Webhooks" project={project} section="about" styles={['admin.css']}>
      <h1>Webhooks</h1>
      <p>
        A webhook receives what happens in this project: each event is sent to its URL by POST, signed with
        its secret. <a href={settingsPath(project)}>Back to the settings</a>
      </p>
      <WebhookTable path={path} webhooks={await webhooksOf(context.db, project.id)} />
      <section class="card" id="new">
        <h2>New webhook</h2>
        <WebhookForm context={context} path={path} sent={sent} />
      </section>
    </Layout>
  )
}

async function webhookPage(
  context: UserContext,
  project: Project,
  webhook: Webhook,
  sent?: Sent,
): Promise<VNode> {
  const path = `${listPath(project)}${webhook.id}/`
  const deliveries = await listDeliveries(context.db, webhook.id, MAX_SHOWN + 1)
  return (
    <Layout context={context} title="Webhook" project={project} section="about" styles={['admin.css']}>
      <h1>Webhook</h1>
      <p>
        State: <WebhookState webhook={webhook} />
      </p>
      <p>
        <a href={listPath(project)}>All webhooks</a>
      </p>
      <div class="sides">
        <section class="card">
          <h2>Settings</h2>
          <WebhookForm context={context} path={path} webhook={webhook} sent={sent} />
        </section>
        <WebhookActions context={context} path={path} />
      </div>
      <h2>Deliveries</h2>
      {deliveries.length > MAX_SHOWN && (
        <p class="notice">{`The newest ${MAX_SHOWN} are shown; the API lists all.`}</p>
      )}
      <DeliveryTable context={context} path={path} deliveries={deliveries.slice(0, MAX_SHOWN)} />
    </Layout>
  )
}

function WebhookActions({ context, path }: { context: UserContext; path: string }) {
  return (
    <div>
      <section class="card">
        <h2>Secret</h2>
        <p class="help">
          A new secret takes the place of this one. For a day deliveries are signed with both, so that the
          receiver can change over.
        </p>
        <Form context={context} action={`${path}rotate/`}>
          <button>Rotate the secret</button>
        </Form>
      </section>
      <section class="card">
        <h2>Remove</h2>
        <p class="help">What it was sent is removed with it.</p>
        <Form context={context} action={`${path}remove/`}>
          <button>Remove the webhook</button>
        </Form>
      </section>
    </div>
  )
}

async function add(context: UserContext, form: URLSearchParams): Promise<VNode> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  try {
    const input = readForm(form)
    const { id, secret } = await createWebhook(context.db, actorOf(context), project, input, placeOf(context))
    return secretPage(context, project, id, secret)
  } catch (error) {
    return await listPage(context, project, sentWith(context, form, error))
  }
}

async function change(context: UserContext, form: URLSearchParams): Promise<VNode | FastifyReply> {
  const project = await settingsProject(context)
  requireNotRemoved(project)
  const webhook = await webhookIn(context, project)
  try {
    await changeWebhook(context.db, actorOf(context), project, webhook.id, readForm(form), placeOf(context))
  } catch (error) {
    return await webhookPage(context, project, webhook, sentWith(context, form, error))
  }
  return redirectWith(context, `${listPath(project)}${webhook.id}/`, 'The webhook is saved.')
}

async function rotate(context: UserContext): Promise<VNode> {
  const project = await settingsProject(context)
  const id = numberParameter(context.request, 'id')
  const { secret } = await rotateSecret(context.db, actorOf(context), project, id)
  return secretPage(context, project, id, secret)
}

async function remove(context: UserContext): Promise<FastifyReply> {
  const project = await settingsProject(context)
  await removeWebhook(context.db, actorOf(context), project, numberParameter(context.request, 'id'))
  return redirectWith(context, listPath(project), 'The webhook is removed.')
}

async function resend(context: UserContext): Promise<FastifyReply> {
  const { db, request } = context
  const project = await settingsProject(context)
  const id = numberParameter(request, 'id')
  await resendDelivery(db, actorOf(context), project, id, numberParameter(request, 'delivery'))
  return redirectWith(context, `${listPath(project)}${id}/`, 'The event is sent again soon.')
}

function readForm(form: URLSearchParams): WebhookFields {
  const categories = CATEGORIES.filter((category) => form.has(`category-${category}`))
  return {
    address: (form.get('address') ?? '').trim(),
    categories: categories.length > 0 ? categories : null,
    active: form.has('active'),
  }
}

/** The form as it was sent, with what is wrong. Throws every other error. */
function sentWith({ reply }: UserContext, form: URLSearchParams, error: unknown): Sent {
  if (!(error instanceof Invalid || error instanceof Conflict)) throw error
  void reply.code(error.status)
  return { values: Object.fromEntries(form), problems: problemsIn(error, 'address') }
}

/** Shows a secret, once. */
function secretPage(context: UserContext, project: Project, id: number, secret: string): VNode {
  return (
    <NewTokenPage
      context={context}
      title="The secret of a webhook"
      label="Secret"
      secret={secret}
      back={[`${listPath(project)}${id}/`, 'To the webhook']}
    >
      <p>The receiver verifies with it that events come from here.</p>
    </NewTokenPage>
  )
}
