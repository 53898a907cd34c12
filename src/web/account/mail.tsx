import { isMailAddress } from '../../config/mail-settings.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { optIn, optOut } from '../../domain/people/commands.js'
import { listPeopleOf } from '../../domain/people/people.js'
import type { User } from '../../domain/users/users.js'
import { optInLetter, optOutLetter } from '../../outbox/letters.js'
import { actorOf, isLoggedIn } from '../framework/auth-guard.js'
import { addForm, addPage, type Mount, redirectWith, type Visit } from '../framework/request-context.js'
import { EmailField, Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { askToConfirm, countLetter } from './mail-templates.js'

type Wish = 'optout' | 'optin'

const WISHES = {
  optout: {
    letter: optOutLetter,
    act: optOut,
    done: 'No more mail about patches goes to this address.',
  },
  optin: { letter: optInLetter, act: optIn, done: 'Mail about patches goes to this address again.' },
} as const

/** Whether an address gets mail about patches: everybody's to say, once the address itself has confirmed it. */
export function addMailPages(mount: Mount): void {
  addPage(mount, '/mail/', async (visit) => <MailPage visit={visit} />)
  // The Python Patchwork asks for the address first, and then shows what it gets: which is nobody else's business.
  addForm(mount, '/mail/', async (visit, form) => <MailPage visit={visit} email={form.get('email') ?? ''} />)
  for (const wish of ['optout', 'optin'] as const) {
    addPage(mount, `/mail/${wish}/`, async ({ reply }) => reply.redirect('/mail/'))
    addForm(
      mount,
      `/mail/${wish}/`,
      async (visit, form) => await take(visit, wish, (form.get('email') ?? '').trim()),
    )
  }
}

async function take(visit: Visit, wish: Wish, email: string) {
  if (!isMailAddress(email)) {
    void visit.reply.code(400)
    return <MailPage visit={visit} email={email} problem="This is no mail address." />
  }
  const { letter, act, done } = WISHES[wish]
  const isDone = await transaction(visit.db, async (db) => {
    if (!isLoggedIn(visit) || !(await isOwn(db, visit.viewer, email))) return false
    await act(db, actorOf(visit), email)
    return true
  })
  if (isDone) return redirectWith(visit, '/user/', done)
  countLetter(visit)
  const { mailBase: base } = visit
  await askToConfirm(visit, { type: wish, email, letter: (link) => letter({ email, base, link }) })
  return (
    <Layout visit={visit} title="Mail settings" styles={['account.css']}>
      <div class="entry">
        <h1>Mail settings</h1>
        <p>
          A mail with a link is on its way to <b>{email}</b>. Nothing changes before somebody follows it.
        </p>
      </div>
    </Layout>
  )
}

/** Addresses that are linked were confirmed before. */
async function isOwn(db: Database, viewer: User, email: string): Promise<boolean> {
  const people = await listPeopleOf(db, viewer.id)
  return people.some((person) => person.email.toLowerCase() === email.toLowerCase())
}

function MailPage({ visit, email, problem }: { visit: Visit; email?: string; problem?: string }) {
  return (
    <Layout visit={visit} title="Mail settings" styles={['account.css']}>
      <div class="entry">
        <h1>Mail settings</h1>
        <p>
          Where a project wants it, whoever sent a patch gets mail when its state changes: one for all changes
          of a while. Say here whether an address of yours gets such mail; it gets a link to confirm that.
        </p>
        <Form visit={visit} action="/mail/optout/">
          <EmailField value={email} error={problem} />
          <div class="actions">
            <button class="main">No more mail</button>
            <button formaction="/mail/optin/">Mail again</button>
          </div>
        </Form>
        {visit.viewer && (
          <p>
            The addresses of your account are in your <a href="/user/">profile</a>.
          </p>
        )}
      </div>
    </Layout>
  )
}
