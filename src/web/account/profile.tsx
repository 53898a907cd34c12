import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { SESSION_COOKIE, secretIn } from '../../auth/session.js'
import { isMailAddress } from '../../config/mail-settings.js'
import { transaction } from '../../db/transaction.js'
import { listAllBundlesOf } from '../../domain/bundles/queries.js'
import { unlinkAddress as unlink } from '../../domain/people/commands.js'
import { listOptedOut } from '../../domain/people/opt-outs.js'
import { listPeopleOf } from '../../domain/people/queries.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { addToken, revokeTokens } from '../../domain/tokens/commands.js'
import { findToken } from '../../domain/tokens/queries.js'
import { changeProfile, endSessions } from '../../domain/users/commands.js'
import { listUnconfirmedAddresses } from '../../domain/users/confirmations.js'
import { findUserById } from '../../domain/users/queries.js'
import { listSessions } from '../../domain/users/sessions.js'
import { countDelegated, countSent } from '../../domain/users/stats.js'
import { linkLetter } from '../../outbox/letters.js'
import { EditConflict, NotFound } from '../../util/errors.js'
import { actorOf, addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import { changedValues, inConflict, readFields, type Sent, unchanged } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { AccessCard, SessionCard } from './access-cards.js'
import { AddressCard, type LinkedAddress } from './address-card.js'
import { askToConfirm, countMailRequest } from './mail-templates.js'
import { NewTokenPage } from './new-token-page.js'
import { BundleCard, SettingsCard, TodoCard, WorkCard } from './profile-cards.js'
import { PROFILE } from './profile-fields.js'

/** The profile page. */
export function addProfilePages(appContext: AppContext): void {
  addUserPage(appContext, '/user/', (context) => profilePage(context))
  addUserForm(appContext, '/user/', changeSettings)
  addUserForm(appContext, '/user/link/', linkAddress)
  addUserForm(appContext, '/user/unlink/:id/', unlinkAddress)
  addUserForm(appContext, '/user/generate-token/', generateToken)
  addUserForm(appContext, '/user/revoke-token/', async (context) => {
    await revokeTokens(context.db, actorOf(context), context.viewer, { only: 'without limits' })
    return redirectWith(context, '/user/', 'Your token is revoked.')
  })
  addUserForm(appContext, '/user/sessions/:id/end/', async (context) => {
    const only = numberParameter(context.request, 'id')
    await endSessions(context.db, actorOf(context), context.viewer, { only })
    return redirectWith(context, '/user/', 'That browser is logged out.')
  })
  addUserForm(appContext, '/user/sessions/end/', async (context) => {
    await endSessions(context.db, actorOf(context), context.viewer, { kept: ownToken(context) })
    return redirectWith(context, '/user/', 'All other browsers are logged out.')
  })
}

function ownToken({ request }: UserContext): string {
  return secretIn(request, SESSION_COOKIE) ?? ''
}

async function profilePage(context: UserContext, settings?: Sent): Promise<VNode> {
  const { db, viewer, now, projects } = context
  const maintains = await projectsMaintainedBy(db, viewer.id)
  return (
    <Layout context={context} title="Your profile" styles={['account.css']}>
      <h1>Your profile</h1>
      <div class="cards">
        <div>
          <TodoCard context={context} maintained={projects.filter(({ id }) => maintains.has(id))} />
          <WorkCard
            context={context}
            sent={await countSent(db, viewer.id)}
            delegated={await countDelegated(db, viewer.id)}
          />
          <AddressCard
            context={context}
            addresses={await listAddresses(context)}
            unconfirmed={await listUnconfirmedAddresses(db, viewer.id, new Date(`${now}Z`))}
          />
        </div>
        <div>
          <BundleCard context={context} bundles={await listAllBundlesOf(db, viewer.id)} />
          <SettingsCard context={context} fields={PROFILE} sent={settings ?? unchanged(PROFILE, viewer)} />
          <AccessCard context={context} token={await findToken(db, viewer.id, { only: 'without limits' })} />
          <SessionCard
            context={context}
            sessions={await listSessions(db, viewer.id, now, ownToken(context))}
          />
        </div>
      </div>
    </Layout>
  )
}

async function listAddresses({ db, viewer }: UserContext): Promise<LinkedAddress[]> {
  const people = await listPeopleOf(db, viewer.id)
  const optedOut = await listOptedOut(
    db,
    people.map(({ email }) => email),
  )
  return people.map(({ id, email }) => ({ id, email, isOptedOut: optedOut.has(email.toLowerCase()) }))
}

async function changeSettings(context: UserContext, form: URLSearchParams) {
  const sent = readFields(PROFILE, form)
  const refuse = async (problem: Sent, status = 400) => {
    void context.reply.code(status)
    return await profilePage(context, problem)
  }
  if (Object.keys(sent.problems).length > 0) return await refuse(sent)
  try {
    await changeProfile(context.db, actorOf(context), context.viewer.id, changedValues(sent), sent.shown)
  } catch (error) {
    if (!(error instanceof EditConflict)) throw error
    return await refuse(inConflict(PROFILE, sent, error), error.status)
  }
  return redirectWith(context, '/user/', 'Your settings are saved.')
}

async function linkAddress(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const { db: database, viewer, mailBase: base } = context
  const email = (form.get('email') ?? '').trim()
  if (!isMailAddress(email)) return redirectWith(context, '/user/', 'This is not a mail address.', true)
  await countMailRequest(context)
  const letter = (link: string) => linkLetter({ email, base, link, username: viewer.username })
  const isLinked = await transaction(database, async (db) => {
    const people = await listPeopleOf(db, viewer.id)
    if (people.some((person) => person.email.toLowerCase() === email.toLowerCase())) return true
    await askToConfirm(context, { type: 'userperson', email, userId: viewer.id, letter }, db)
    return false
  })
  if (isLinked) return redirectWith(context, '/user/', 'This address is linked already.', true)
  return redirectWith(context, '/user/', `A mail with a link is on its way to ${email}.`)
}

/** The account's own address stays: it is where a new password is sent. */
async function unlinkAddress(context: UserContext): Promise<FastifyReply> {
  const { db: database, viewer, request } = context
  const unlinked = await transaction(database, async (db) => {
    const people = await listPeopleOf(db, viewer.id)
    const person = people.find(({ id }) => id === numberParameter(request, 'id'))
    if (!person) throw new NotFound()
    const user = await findUserById(db, viewer.id)
    const isAccountAddress = person.email.toLowerCase() === user?.email.toLowerCase()
    if (isAccountAddress) return undefined
    await unlink(db, actorOf(context), person.id, viewer.id)
    return person.email
  })
  if (unlinked === undefined)
    return redirectWith(context, '/user/', 'This is the address of your account; it stays.', true)
  return redirectWith(context, '/user/', `${unlinked} is not yours any more.`)
}

/** 160 random bits, in the form that clients know. It is shown now and never again: only its digest is kept. */
async function generateToken(context: UserContext): Promise<VNode> {
  const token = randomBytes(20).toString('hex')
  await addToken(context.db, actorOf(context), context.viewer, token, {
    isOnly: true,
    asRead: context.viewer,
  })
  return (
    <NewTokenPage
      context={context}
      title="Your API token"
      secret={token}
      note="It gives access to everything you can do through the API."
      back={['/user/', 'Back to your profile']}
    >
      <p>For git-pw, for example:</p>
      <pre>git config pw.token {token}</pre>
    </NewTokenPage>
  )
}
