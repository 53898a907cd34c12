import type { FastifyReply } from 'fastify'
import { cancelOutgoing, retryOutgoing } from '../../domain/outbox/commands.js'
import { countMail, listMail, type OutboxMail } from '../../domain/outbox/outbox.js'
import { NotFound } from '../../util/errors.js'
import { actorOf, type OwnVisit } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { ActionTitle } from '../ui/action-title.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'

/** So many mails are shown, the newest. */
const MOST = 200

/** What became of the mail that goes out, for administrators: what was given up, why, and once more. */
export function addOutboxPages(mount: Mount): void {
  addAdminPage(mount, '/admin/outbox/', async (visit) => {
    const [counts, mails] = [
      await countMail(visit.db),
      await listMail(visit.db, ['failed', 'waiting', 'sending'], MOST),
    ]
    return (
      <Layout visit={visit} title="Outbox" styles={['account.css']}>
        <h1>Outbox</h1>
        <p>
          {counts.failed} given up, {counts.waiting + counts.sending} waiting, {counts.sent} sent in the last
          30 days.
        </p>
        {mails.length > 0 && <MailTable visit={visit} mails={mails} />}
      </Layout>
    )
  })
  addAdminForm(mount, '/admin/outbox/:id/retry/', (visit) => act(visit, retryOutgoing, 'It is tried again.'))
  addAdminForm(mount, '/admin/outbox/:id/cancel/', (visit) =>
    act(visit, cancelOutgoing, 'It is cancelled: it is not sent.'),
  )
}

async function act(visit: OwnVisit, change: typeof retryOutgoing, done: string): Promise<FastifyReply> {
  const isDone = await change(visit.db, actorOf(visit), numberParameter(visit.request, 'id'))
  if (!isDone) throw new NotFound()
  return redirectWith(visit, '/admin/outbox/', done)
}

/** Without what stands in them: that is between us and those they go to. */
function MailTable({ visit, mails }: { visit: OwnVisit; mails: readonly OutboxMail[] }) {
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
          <MailLine visit={visit} mail={mail} />
        ))}
      </tbody>
    </table>
  )
}

function MailLine({ visit, mail }: { visit: OwnVisit; mail: OutboxMail }) {
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
      <td>{state !== 'sending' && <MailButtons visit={visit} mail={mail} />}</td>
    </tr>
  )
}

function MailButtons({ visit, mail: { id, recipient, state } }: { visit: OwnVisit; mail: OutboxMail }) {
  const path = `/admin/outbox/${id}/`
  return (
    <Form visit={visit} action={`${path}retry/`} class="actions">
      <button aria-label={`Try again: mail to ${recipient}`}>Try again</button>
      {state === 'waiting' && (
        <button formaction={`${path}cancel/`} aria-label={`Cancel: mail to ${recipient}`}>
          Cancel
        </button>
      )}
    </Form>
  )
}
