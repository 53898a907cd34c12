import { CATEGORIES } from '../../domain/events/categories.js'
import { type Delivery, stateOf, type Webhook } from '../../domain/webhooks/queries.js'
import { MAX_ADDRESS } from '../../domain/webhooks/rules.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { Sent } from '../framework/fields.js'
import { ActionTitle } from '../ui/action-title.js'
import { DateTime } from '../ui/date.js'
import { CheckField, Form, TextField } from '../ui/form.js'

/** The parts of the pages of a project's webhooks. */

interface Props {
  context: UserContext
  /** Of the page of all webhooks, or of one. */
  path: string
}

const STATES = {
  active: 'active',
  failing: 'failing',
  off: 'off',
  disabled: 'switched off after failures',
} as const

/** What a webhook does now, and what went wrong. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const state = stateOf(webhook)
  const { due, failing_since, reason } = webhook
  return (
    <>
      {state === 'active' || state === 'off' ? STATES[state] : <b class="problem">{STATES[state]}</b>}
      {state === 'failing' && failing_since && (
        <>
          {' '}
          since <DateTime time={failing_since} />
        </>
      )}
      {state === 'failing' && due && (
        <>
          ; next attempt <DateTime time={due} />
        </>
      )}
      {reason && (
        <>
          : <bdi>{reason}</bdi>
        </>
      )}
    </>
  )
}

export function WebhookTable({ path, webhooks }: { path: string; webhooks: readonly Webhook[] }) {
  if (webhooks.length === 0) return <p>There are none yet.</p>
  return (
    <table class="list lines webhooks">
      <thead>
        <tr>
          <th>URL</th>
          <th>Events</th>
          <th>State</th>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <tr>
            <td class="long">
              <a href={`${path}${webhook.id}/`}>
                <bdi>{webhook.address}</bdi>
              </a>
            </td>
            <td data-title="Events">{webhook.categories?.join(', ') ?? 'all'}</td>
            <td data-title="State">
              <WebhookState webhook={webhook} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The fields of a new webhook, or of one that is there. */
export function WebhookForm({
  context,
  path,
  webhook,
  sent,
}: Props & { webhook?: Webhook; sent?: Sent | undefined }) {
  const { values = webhook ? valuesOf(webhook) : { active: 'on' }, problems = {} } = sent ?? {}
  const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]))
  return (
    <Form context={context} action={path}>
      <TextField
        name="address"
        label="URL"
        type="url"
        help="Where events are sent to: https or http, without user name and password."
        value={text('address')}
        error={problems.address}
        isRequired
        max={MAX_ADDRESS}
        autocomplete="off"
      />
      <CategoryFields values={values} problem={problems.categories} />
      <CheckField
        name="active"
        label="Send events"
        help="While it is off, events wait for up to 30 days."
        isChecked={values.active === 'on'}
      />
      <div class="actions">
        <button class="main">{webhook ? 'Save' : 'Add webhook'}</button>
      </div>
    </Form>
  )
}

/** Which events are sent; none ticked stands for all. */
function CategoryFields({
  values,
  problem,
}: {
  values: Readonly<Record<string, unknown>>
  problem: string | undefined
}) {
  return (
    <fieldset>
      <legend>Events</legend>
      <small class="help">Tick none for all, also those that later versions bring.</small>
      {problem && <strong class="problem">{problem}</strong>}
      <div class="choices">
        {CATEGORIES.map((category) => (
          <CheckField
            name={`category-${category}`}
            label={category}
            isChecked={values[`category-${category}`] === 'on'}
          />
        ))}
      </div>
    </fieldset>
  )
}

function valuesOf({ address, categories, active }: Webhook): Readonly<Record<string, string>> {
  const ticked = (categories ?? []).map((category) => [`category-${category}`, 'on'])
  return { address, ...Object.fromEntries(ticked), ...(active ? { active: 'on' } : {}) }
}

/** What was sent to a webhook, the newest first. */
export function DeliveryTable({ context, path, deliveries }: Props & { deliveries: readonly Delivery[] }) {
  if (deliveries.length === 0) return <p>Nothing was sent in the last 30 days.</p>
  return (
    <table class="list lines">
      <thead>
        <tr>
          <th>Event</th>
          <th>Last attempt</th>
          <th>Outcome</th>
          <th class="number">Tries</th>
          <ActionTitle />
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <DeliveryLine context={context} path={path} delivery={delivery} />
        ))}
      </tbody>
    </table>
  )
}

function DeliveryLine({ context, path, delivery }: Props & { delivery: Delivery }) {
  const { id, event_id, category, finished, created, attempts, resend } = delivery
  return (
    <tr>
      <td>
        {category} <span class="quiet">{event_id}</span>
      </td>
      <td class="narrow">
        <DateTime time={finished ?? created} />
      </td>
      <td class="long">
        <OutcomeText delivery={delivery} />
      </td>
      <td class="number" data-title="Tries">
        {attempts}
      </td>
      <td class="narrow">
        {resend === null ? (
          <Form context={context} action={`${path}deliveries/${id}/resend/`}>
            <button aria-label={`Send again: ${category} ${event_id}`}>Send again</button>
          </Form>
        ) : (
          'is sent again'
        )}
      </td>
    </tr>
  )
}

function OutcomeText({ delivery: { state, status, reason, answer, duration } }: { delivery: Delivery }) {
  const time = duration === null ? '' : ` in ${duration} ms`
  const outcome =
    state === 'delivered' ? `${status}${time}` : state === 'sending' ? 'is being sent' : undefined
  return (
    <>
      {outcome ?? (
        <b class="problem">
          <bdi>{reason ?? 'failed'}</bdi>
        </b>
      )}
      {answer && (
        <details>
          <summary>Answer</summary>
          <pre class="wrap">
            <bdi>{answer}</bdi>
          </pre>
        </details>
      )}
    </>
  )
}
