import { type Failure, listFailures } from '../../domain/failures/queries.js'
import { listMails } from '../../domain/mails/list.js'
import { countMail } from '../../domain/outbox/queries.js'
import { listStates } from '../../domain/states/queries.js'
import { listTags } from '../../domain/tags/queries.js'
import { describeFailure } from '../../outbox/failures.js'
import type { UserContext } from '../framework/auth-guard.js'
import type { AppContext } from '../framework/request-context.js'
import { DateTime } from '../ui/date.js'
import { Layout } from '../ui/layout.js'
import { addAdminPage } from './admin.js'

/** Maximum number of failures on the page. */
const MAX_FAILURES = 10

/** Where everything about running the site begins. */
export function addIndexPage(appContext: AppContext): void {
  addAdminPage(appContext, '/admin/', async (context) => (
    <Layout context={context} title="Administration" styles={['admin.css']}>
      <h1>Administration</h1>
      <Failures failures={await listFailures(context.db, MAX_FAILURES)} />
      <ul class="doors">
        {(await doorsOf(context)).map(([path, name, text]) => (
          <li class="card">
            <h2>
              <a href={path}>{name}</a>
            </h2>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </Layout>
  ))
}

type Door = readonly [path: string, name: string, text: string]

/** The sections of the administration, with counts that show whether something needs attention. */
async function doorsOf({ db, projects }: UserContext): Promise<Door[]> {
  const outbox = await countMail(db)
  const { total: failed } = await listMails(db, { outcome: 'failed' }, { limit: 1, offset: 0, most: 1000 })
  const { length: states } = await listStates(db)
  const { length: tags } = await listTags(db)
  return [
    ['/admin/projects/', 'Projects', `${projects.length}: their lists, maintainers and delegation rules.`],
    ['/admin/users/', 'Users', 'Accounts, rights and sessions.'],
    ['/admin/people/', 'People', 'Senders of mail and the users that they are linked to.'],
    ['/admin/states/', 'States', `${states}, in the order in which patches go through them.`],
    ['/admin/tags/', 'Tags', `${tags} that are counted in mails, such as Acked-by.`],
    ['/admin/mail/', 'Mail journal', `All received mail and its outcome; ${failed} failed.`],
    [
      '/admin/outbox/',
      'Outbox',
      `Outgoing mail; ${outbox.failed} given up, ${outbox.waiting + outbox.sending} waiting.`,
    ],
    ['/admin/audit/', 'Audit trail', 'Who changed what and when.'],
  ]
}

/** Recent failures: the same that administrators get by mail. */
function Failures({ failures }: { failures: readonly Failure[] }) {
  if (failures.length === 0) return undefined
  return (
    <section class="card">
      <h2>Recent failures</h2>
      <ul>
        {failures.map((failure) => (
          <li>
            <DateTime time={failure.last} isShort />: <bdi>{describeFailure(failure)}</bdi>
            <br />
            <small class="help">
              <bdi>{failure.reason}</bdi>
            </small>
          </li>
        ))}
      </ul>
    </section>
  )
}
