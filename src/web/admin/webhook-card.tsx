import { stateOf, type Webhook } from '../../domain/webhooks/queries.js'

/** The webhooks of a project, on its settings page. */
export function WebhookCard({
  path,
  webhooks,
}: {
  /** Of the settings. */
  path: string
  webhooks: readonly Webhook[]
}) {
  const failing = webhooks.filter((webhook) => ['failing', 'disabled'].includes(stateOf(webhook))).length
  return (
    <section class="card" id="webhooks">
      <h2>Webhooks</h2>
      <p class="help">URLs that receive what happens in this project, such as those of a CI.</p>
      <p>
        <a href={`${path}webhooks/`}>{countText(webhooks.length)}</a>
        {failing > 0 && <b class="problem">{` ${failing} of them failed`}</b>}
      </p>
    </section>
  )
}

function countText(count: number): string {
  if (count === 0) return 'Add a webhook'
  return count === 1 ? '1 webhook' : `${count} webhooks`
}
