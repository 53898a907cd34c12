import type { FastifyReply } from 'fastify'
import { cancelOutgoing, retryOutgoing } from '../../domain/outbox/commands.js'
import { countMail, listMail, type OutboxMail } from '../../domain/outbox/queries.js'
import { NotFound } from '../../util/errors.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { ActionTitle } from '../ui/action-title.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'

/** So many mails are shown, the newest. */
const MAX_COUNTED = 200

/** Outgoing mail, for administrators: what failed and why, and a button to send it again. */
export function addOutboxPages(appContext: AppContext): void {
  addAdminPage(appContext, '/admin/outbox/', async (context) => {
    const [counts, mails] = [
      await countMail(context.db),
      await listMail(context.db, ['failed', 'waiting', 'sending'], MAX_COUNTED),
    ]
    return (
      <Layout context={context} title="Outbox" styles={['account.css']}>
        <h1>Outbox</h1>
        <p>
          {counts.failed} given up, {counts.waiting + counts.sending} waiting, {counts.sent} sent in the last
          30 days.
        </p>
        {mails.length > 0 && <MailTable context={context} mails={mails} />}
      </Layout>
    )
  })
  addAdminForm(appContext, '/admin/outbox/:id/retry/', (context) =>
    act(context, retryOutgoing, 'Queued again.'),
  )
  addAdminForm(appContext, '/admin/outbox/:id/cancel/', (context) =>
    act(context, cancelOutgoing, 'Cancelled: it will not be sent.'),
  )
}

async function act(context: UserContext, change: typeof retryOutgoing, done: string): Promise<FastifyReply> {
  const isDone = await change(context.db, actorOf(context), numberParameter(context.request, 'id'))
  if (!isDone) throw new NotFound()
  return redirectWith(context, '/admin/outbox/', done)
}

/** Without the text of the mails, which is private to their recipients. */
function MailTable({ context, mails }: { context: UserContext; mails: readonly OutboxMail[] }) {
  return (
    <table class="list outbox">
      <thead>
        <tr>
          <th>Made</th>
          <th>To</th>
          <th>Subject</th>
          <th class="number">Tries</th>
          <th>State</th>
          <ActionTitle />
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <MailLine context={context} mail={mail} />
        ))}
      </tbody>
    </table>
  )
}

function MailLine({ context, mail }: { context: UserContext; mail: OutboxMail }) {
  const { created, recipient, subject, attempts, state, due, reason } = mail
  return (
    <tr>
      <td class="narrow">
        <DateTime time={created} isShort />
      </td>
      <td>
        <bdi>{recipient}</bdi>
      </td>
      <td>
        <bdi>{subject}</bdi>
      </td>
      <td class="number">{attempts}</td>
      <td>
        {state === 'failed' ? <b class="problem">given up</b> : state === 'sending' ? 'being sent' : 'waits'}
        {state === 'waiting' && due && attempts > 0 && (
          <>
            {' '}
            until <DateTime time={due} />
          </>
        )}
        {reason && (
          <>
            : <bdi>{reason}</bdi>
          </>
        )}
      </td>
      <td>{state !== 'sending' && <MailButtons context={context} mail={mail} />}</td>
    </tr>
  )
}

function MailButtons({
  context,
  mail: { id, recipient, state },
}: {
  context: UserContext
  mail: OutboxMail
}) {
  const path = `/admin/outbox/${id}/`
  return (
    <Form context={context} action={`${path}retry/`} class="actions">
      <button aria-label={`Try again: mail to ${recipient}`}>Try again</button>
      {state === 'waiting' && (
        <button formaction={`${path}cancel/`} aria-label={`Cancel: mail to ${recipient}`}>
          Cancel
        </button>
      )}
    </Form>
  )
}
