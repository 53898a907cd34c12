import type { FastifyReply } from 'fastify'
import { isMailOutcome, type JournalEntry, MAIL_OUTCOMES } from '../../domain/mails/journal.js'
import { getMail, listMails, listSameMessageId, type MailFilter } from '../../domain/mails/list.js'
import { recordRetry } from '../../domain/outbox/commands.js'
import { readMail } from '../../receive/journal/journal.js'
import { retryMail } from '../../receive/journal/retry.js'
import { actorOf, type OwnVisit } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { JournalTable, MailFacts, OutcomeLabel } from './journal-table.js'

const PATH = '/admin/mail/'

const PER_PAGE = 100

/** Nobody counts further, or turns pages so far; the journal may have millions. */
const MOST = 10_000

/** So much of a mail is shown, in characters; the whole is to be downloaded. */
const MOST_SHOWN = 100_000

/** The journal of all mail that came: what it became and why, and once more after a mistake was mended. */
export function addJournalPages(mount: Mount): void {
  addAdminPage(mount, PATH, listPage)
  addAdminPage(mount, `${PATH}:id/`, mailPage)
  addAdminPage(mount, `${PATH}:id/raw/`, async (visit) => {
    const mail = await mailParameter(visit)
    const bytes = await readMail(visit.db, mail.id)
    return visit.reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename=mail-${mail.id}.eml`)
      .send(bytes ?? Buffer.alloc(0))
  })
  addAdminForm(mount, `${PATH}:id/retry/`, async (visit) => retry(visit, mount.context.now()))
}

async function mailParameter({ db, request }: OwnVisit): Promise<JournalEntry> {
  return await getMail(db, numberParameter(request, 'id'))
}

/** What the address of the list asks for; what makes no sense counts as absent. */
function readFilter({ query }: OwnVisit): { filter: MailFilter; page: number } {
  const outcome = query.get('outcome') ?? ''
  const asked = query.get('page') ?? ''
  return {
    filter: {
      ...(isMailOutcome(outcome) ? { outcome } : {}),
      ...(query.get('flagged') ? { isFlagged: true } : {}),
    },
    page: /^[1-9]\d{0,5}$/.test(asked) ? Number(asked) : 1,
  }
}

async function listPage(visit: OwnVisit) {
  const { filter, page } = readFilter(visit)
  const at = { limit: PER_PAGE, offset: (page - 1) * PER_PAGE, most: MOST }
  const { mails, total } = await listMails(visit.db, filter, at)
  return (
    <Layout visit={visit} title="Mail journal" styles={['admin.css']}>
      <h1>Mail journal</h1>
      <Filter filter={filter} />
      <p>
        {total === MOST ? `${MOST} or more` : total} mail{total === 1 ? '' : 's'}, the newest first.
      </p>
      {mails.length > 0 && <JournalTable mails={mails} />}
      <Pagination page={page} pages={Math.ceil(total / PER_PAGE)} hrefOf={(each) => pathOf(filter, each)} />
    </Layout>
  )
}

function pathOf({ outcome, isFlagged }: MailFilter, page: number): string {
  const query = {
    ...(outcome ? { outcome } : {}),
    ...(isFlagged ? { flagged: '1' } : {}),
    page: String(page),
  }
  return `${PATH}?${new URLSearchParams(query)}`
}

function Filter({ filter }: { filter: MailFilter }) {
  return (
    <form class="actions" action={PATH}>
      <label for="outcome">What became of it</label>
      <select id="outcome" name="outcome">
        <option value="">anything</option>
        {MAIL_OUTCOMES.map((each) => (
          <option value={each} selected={each === filter.outcome}>
            {each}
          </option>
        ))}
      </select>
      <label>
        <input type="checkbox" name="flagged" value="1" checked={filter.isFlagged === true} /> only what was
        flagged
      </label>
      <button>Show</button>
    </form>
  )
}

async function mailPage(visit: OwnVisit) {
  const mail = await mailParameter(visit)
  const others = await listSameMessageId(visit.db, mail)
  const text = (await readMail(visit.db, mail.id))?.toString('utf8') ?? ''
  const path = `${PATH}${mail.id}/`
  return (
    <Layout visit={visit} title={`Mail ${mail.id}`} styles={['admin.css']}>
      <h1>
        Mail {mail.id}: <OutcomeLabel mail={mail} />
      </h1>
      <MailFacts mail={mail} project={visit.projects.find(({ id }) => id === mail.project_id)} />
      {others.length > 0 && (
        <>
          <h2>Others with the same message id</h2>
          <ul>
            {others.map((other) => (
              <li>
                <a href={`${PATH}${other.id}/`}>Mail {other.id}</a>, <DateTime time={other.received} />,{' '}
                {other.outcome}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="actions">
        <Form visit={visit} action={`${path}retry/`}>
          <button class="main">Take it again</button>
        </Form>
        <a href={`${path}raw/`}>Download</a>
        <a href={PATH}>All mail</a>
      </div>
      <h2>As it came</h2>
      <pre class="mail" tabIndex={0}>
        {text.slice(0, MOST_SHOWN)}
      </pre>
      {text.length > MOST_SHOWN && <p>The rest is left out here; the download has all of it.</p>}
    </Layout>
  )
}

async function retry(visit: OwnVisit, now: Date): Promise<FastifyReply> {
  const { id } = await mailParameter(visit)
  const processed = await retryMail(visit.db, id, now)
  await recordRetry(visit.db, actorOf(visit), id, processed.kind)
  const why = 'reason' in processed && processed.reason ? `: ${processed.reason.slice(0, 200)}` : '.'
  return redirectWith(visit, `${PATH}${id}/`, `It was taken again, as ${processed.kind}${why}`)
}
