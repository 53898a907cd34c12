import { isMailAddress } from '../../config/mail-settings.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { optIn, optOut } from '../../domain/people/commands.js'
import { listPeopleOf } from '../../domain/people/queries.js'
import type { User } from '../../domain/users/queries.js'
import { optInLetter, optOutLetter } from '../../outbox/letters.js'
import { actorOf, isLoggedIn } from '../framework/auth-guard.js'
import {
  type AppContext,
  addForm,
  addPage,
  type RequestContext,
  redirectWith,
  withForms,
} from '../framework/request-context.js'
import { EmailField, Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { askToConfirm, countMailRequest } from './mail-templates.js'

type Wish = 'optout' | 'optin'

const WISHES = {
  optout: {
    letter: optOutLetter,
    act: optOut,
    done: 'Notifications to this address are stopped.',
  },
  optin: { letter: optInLetter, act: optIn, done: 'Notifications to this address are resumed.' },
} as const

/** Stops or resumes notifications to an address, after a confirmation from that address. */
export function addMailPages(appContext: AppContext): void {
  addPage(appContext, '/mail/', async (context) => <MailPage context={withForms(context)} />)
  // The Python Patchwork shows the setting of any address; that is private here.
  addForm(appContext, '/mail/', async (context, form) => (
    <MailPage context={withForms(context)} email={form.get('email') ?? ''} />
  ))
  for (const wish of ['optout', 'optin'] as const) {
    addPage(appContext, `/mail/${wish}/`, async ({ reply }) => reply.redirect('/mail/'))
    addForm(
      appContext,
      `/mail/${wish}/`,
      async (context, form) => await take(context, wish, (form.get('email') ?? '').trim()),
    )
  }
}

async function take(context: RequestContext, wish: Wish, email: string) {
  if (!isMailAddress(email)) {
    void context.reply.code(400)
    return <MailPage context={withForms(context)} email={email} problem="This is not a mail address." />
  }
  const { letter, act, done } = WISHES[wish]
  const isDone = await transaction(context.db, async (db) => {
    if (!isLoggedIn(context) || !(await isOwn(db, context.viewer, email))) return false
    await act(db, actorOf(context), email)
    return true
  })
  if (isDone) return redirectWith(context, '/user/', done)
  await countMailRequest(context)
  const { mailBase: base } = context
  await askToConfirm(context, { type: wish, email, letter: (link) => letter({ email, base, link }) })
  return (
    <Layout context={context} title="Mail settings" styles={['account.css']}>
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

function MailPage({
  context,
  email,
  problem,
}: {
  context: RequestContext
  email?: string
  problem?: string
}) {
  return (
    <Layout context={context} title="Mail settings" styles={['account.css']}>
      <div class="entry">
        <h1>Mail settings</h1>
        <p>
          Some projects notify submitters when the state of their patches changes, by one mail for all changes
          within a while. Stop or resume notifications to an address of yours; it gets a link to confirm.
        </p>
        <Form context={context} action="/mail/optout/">
          <EmailField value={email} error={problem} />
          <div class="actions">
            <button class="main">Stop notifications</button>
            <button formaction="/mail/optin/">Resume notifications</button>
          </div>
        </Form>
        {context.viewer && (
          <p>
            The addresses of your account are in your <a href="/user/">profile</a>.
          </p>
        )}
      </div>
    </Layout>
  )
}
