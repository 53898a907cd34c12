import type { FastifyReply } from 'fastify'
import { isMailOutcome, type JournalEntry, MAIL_OUTCOMES } from '../../domain/mails/journal.js'
import { getMail, listMails, listSameMessageId, type MailFilter } from '../../domain/mails/list.js'
import { readMail } from '../../receive/journal/journal.js'
import { retryMail } from '../../receive/journal/retry.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { JournalTable, MailFacts, OutcomeLabel } from './journal-table.js'

const PATH = '/admin/mail/'

const PER_PAGE = 100

/** Counts and page numbers end here; the journal may have millions of rows. */
const MAX_COUNTED = 10_000

/** Characters of a mail that are shown; the download has the whole mail. */
const MAX_SHOWN = 100_000

/** The mail journal: every received mail, its outcome and the reason, and a button to process it again. */
export function addJournalPages(appContext: AppContext): void {
  addAdminPage(appContext, PATH, listPage)
  addAdminPage(appContext, `${PATH}:id/`, mailPage)
  addAdminPage(appContext, `${PATH}:id/raw/`, async (context) => {
    const mail = await mailParameter(context)
    await enterWithMail(context, mail)
    const bytes = await readMail(context.db, mail.id)
    return context.reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename=mail-${mail.id}.eml`)
      .send(bytes ?? Buffer.alloc(0))
  })
  addAdminForm(appContext, `${PATH}:id/retry/`, async (context) => retry(context, appContext.context.now()))
}

async function mailParameter({ db, request }: UserContext): Promise<JournalEntry> {
  return await getMail(db, numberParameter(request, 'id'))
}

/** Copies of a mail in memory while its answer is made: as stored, and as sent or parsed. */
const MAIL_COPIES = 2

/** Waits until a mail has room in memory; see `LargeAnswers`. */
async function enterWithMail({ reply }: UserContext, { size }: JournalEntry): Promise<void> {
  await reply.server.largeAnswers.enter(reply.raw, MAIL_COPIES * size)
}

/** Parses the query of the list; invalid values count as absent. */
function readFilter({ query }: UserContext): { filter: MailFilter; page: number } {
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

async function listPage(context: UserContext) {
  const { filter, page } = readFilter(context)
  const at = { limit: PER_PAGE, offset: (page - 1) * PER_PAGE, most: MAX_COUNTED }
  const { mails, total } = await listMails(context.db, filter, at)
  return (
    <Layout context={context} title="Mail journal" styles={['admin.css']}>
      <h1>Mail journal</h1>
      <Filter filter={filter} />
      <p>
        {total === MAX_COUNTED ? `${MAX_COUNTED} or more` : total} mail{total === 1 ? '' : 's'}, the newest
        first.
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
      <label for="outcome">Outcome</label>
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

async function mailPage(context: UserContext) {
  const mail = await mailParameter(context)
  const others = await listSameMessageId(context.db, mail)
  await enterWithMail(context, mail)
  const text = textOf(await readMail(context.db, mail.id))
  const path = `${PATH}${mail.id}/`
  return (
    <Layout context={context} title={`Mail ${mail.id}`} styles={['admin.css']}>
      <h1>
        Mail {mail.id}: <OutcomeLabel mail={mail} />
      </h1>
      <MailFacts mail={mail} project={context.projects.find(({ id }) => id === mail.project_id)} />
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
        <Form context={context} action={`${path}retry/`}>
          <button class="main">Process again</button>
        </Form>
        <a href={`${path}raw/`}>Download</a>
        <a href={PATH}>All mail</a>
      </div>
      <h2>As it came</h2>
      <pre class="mail" tabIndex={0}>
        {text.slice(0, MAX_SHOWN)}
      </pre>
      {text.length > MAX_SHOWN && <p>The rest is not shown; the download has all of it.</p>}
    </Layout>
  )
}

/** The beginning of a mail, a little longer than the part that is shown. */
function textOf(bytes: Buffer | undefined): string {
  // No character has more than four bytes.
  return bytes?.subarray(0, 4 * (MAX_SHOWN + 1)).toString('utf8') ?? ''
}

async function retry(context: UserContext, now: Date): Promise<FastifyReply> {
  const mail = await mailParameter(context)
  const { id } = mail
  await enterWithMail(context, mail)
  const processed = await retryMail(context.db, actorOf(context), id, now)
  const why = 'reason' in processed && processed.reason ? `: ${processed.reason.slice(0, 200)}` : '.'
  return redirectWith(context, `${PATH}${id}/`, `Processed again: ${processed.kind}${why}`)
}
