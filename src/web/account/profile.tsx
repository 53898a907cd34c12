import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { SESSION_COOKIE, secretIn } from '../../auth/session.js'
import { isMailAddress } from '../../config/mail-settings.js'
import { transaction } from '../../db/transaction.js'
import { listAllBundlesOf } from '../../domain/bundles/bundles.js'
import { unlinkAddress as unlink } from '../../domain/people/commands.js'
import { listOptedOut } from '../../domain/people/opt-outs.js'
import { listPeopleOf } from '../../domain/people/people.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { addToken, changeProfile, endSessions, revokeTokens } from '../../domain/users/commands.js'
import { listUnconfirmedAddresses } from '../../domain/users/confirmations.js'
import { listSessions } from '../../domain/users/sessions.js'
import { countDelegated, countSent } from '../../domain/users/stats.js'
import { findToken, findUserById } from '../../domain/users/users.js'
import { linkLetter } from '../../outbox/letters.js'
import { EditConflict, NotFound } from '../../util/errors.js'
import { actorOf, addOwnForm, addOwnPage, type OwnVisit } from '../framework/auth-guard.js'
import { changedValues, inConflict, readFields, type Sent, unchanged } from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { AccessCard, SessionCard } from './access-cards.js'
import { AddressCard, type LinkedAddress } from './address-card.js'
import { askToConfirm, countLetter } from './mail-templates.js'
import { BundleCard, SettingsCard, TodoCard, WorkCard } from './profile-cards.js'
import { PROFILE } from './profile-fields.js'

/** Everything about one's own account. */
export function addProfilePages(mount: Mount): void {
  addOwnPage(mount, '/user/', (visit) => profilePage(visit))
  addOwnForm(mount, '/user/', changeSettings)
  addOwnForm(mount, '/user/link/', linkAddress)
  addOwnForm(mount, '/user/unlink/:id/', unlinkAddress)
  addOwnForm(mount, '/user/generate-token/', generateToken)
  addOwnForm(mount, '/user/revoke-token/', async (visit) => {
    await revokeTokens(visit.db, actorOf(visit), visit.viewer)
    return redirectWith(visit, '/user/', 'Your token is revoked: it opens nothing any more.')
  })
  addOwnForm(mount, '/user/sessions/:id/end/', async (visit) => {
    const only = numberParameter(visit.request, 'id')
    await endSessions(visit.db, actorOf(visit), visit.viewer, { only })
    return redirectWith(visit, '/user/', 'That browser is logged out.')
  })
  addOwnForm(mount, '/user/sessions/end/', async (visit) => {
    await endSessions(visit.db, actorOf(visit), visit.viewer, { kept: ownToken(visit) })
    return redirectWith(visit, '/user/', 'You are logged in nowhere else now.')
  })
}

function ownToken({ request }: OwnVisit): string {
  return secretIn(request, SESSION_COOKIE) ?? ''
}

async function profilePage(visit: OwnVisit, settings?: Sent): Promise<VNode> {
  const { db, viewer, now, projects } = visit
  const maintains = await projectsMaintainedBy(db, viewer.id)
  return (
    <Layout visit={visit} title="Your profile" styles={['account.css']}>
      <h1>Your profile</h1>
      <div class="cards">
        <div>
          <TodoCard visit={visit} maintained={projects.filter(({ id }) => maintains.has(id))} />
          <WorkCard
            visit={visit}
            sent={await countSent(db, viewer.id)}
            delegated={await countDelegated(db, viewer.id)}
          />
          <AddressCard
            visit={visit}
            addresses={await listAddresses(visit)}
            unconfirmed={await listUnconfirmedAddresses(db, viewer.id, new Date(`${now}Z`))}
          />
        </div>
        <div>
          <BundleCard visit={visit} bundles={await listAllBundlesOf(db, viewer.id)} />
          <SettingsCard visit={visit} fields={PROFILE} sent={settings ?? unchanged(PROFILE, viewer)} />
          <AccessCard visit={visit} token={await findToken(db, viewer.id)} />
          <SessionCard visit={visit} sessions={await listSessions(db, viewer.id, now, ownToken(visit))} />
        </div>
      </div>
    </Layout>
  )
}

async function listAddresses({ db, viewer }: OwnVisit): Promise<LinkedAddress[]> {
  const people = await listPeopleOf(db, viewer.id)
  const optedOut = await listOptedOut(
    db,
    people.map(({ email }) => email),
  )
  return people.map(({ id, email }) => ({ id, email, isOptedOut: optedOut.has(email.toLowerCase()) }))
}

async function changeSettings(visit: OwnVisit, form: URLSearchParams) {
  const sent = readFields(PROFILE, form)
  const refuse = async (problem: Sent, status = 400) => {
    void visit.reply.code(status)
    return await profilePage(visit, problem)
  }
  if (Object.keys(sent.problems).length > 0) return await refuse(sent)
  try {
    await changeProfile(visit.db, actorOf(visit), visit.viewer.id, changedValues(sent), sent.shown)
  } catch (error) {
    if (!(error instanceof EditConflict)) throw error
    return await refuse(inConflict(PROFILE, sent, error), error.status)
  }
  return redirectWith(visit, '/user/', 'Your settings are saved.')
}

async function linkAddress(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { db: database, viewer, mailBase: base } = visit
  const email = (form.get('email') ?? '').trim()
  if (!isMailAddress(email)) return redirectWith(visit, '/user/', 'This is no mail address.', true)
  countLetter(visit)
  const letter = (link: string) => linkLetter({ email, base, link, username: viewer.username })
  const isLinked = await transaction(database, async (db) => {
    const people = await listPeopleOf(db, viewer.id)
    if (people.some((person) => person.email.toLowerCase() === email.toLowerCase())) return true
    await askToConfirm(visit, { type: 'userperson', email, userId: viewer.id, letter }, db)
    return false
  })
  if (isLinked) return redirectWith(visit, '/user/', 'This address is linked already.', true)
  return redirectWith(visit, '/user/', `A mail with a link is on its way to ${email}.`)
}

/** The account's own address stays: it is where a new password is sent. */
async function unlinkAddress(visit: OwnVisit): Promise<FastifyReply> {
  const { db: database, viewer, request } = visit
  const unlinked = await transaction(database, async (db) => {
    const people = await listPeopleOf(db, viewer.id)
    const person = people.find(({ id }) => id === numberParameter(request, 'id'))
    if (!person) throw new NotFound()
    const user = await findUserById(db, viewer.id)
    const isAccountAddress = person.email.toLowerCase() === user?.email.toLowerCase()
    if (isAccountAddress) return undefined
    await unlink(db, actorOf(visit), person.id, viewer.id)
    return person.email
  })
  if (unlinked === undefined)
    return redirectWith(visit, '/user/', 'This is the address of your account; it stays.', true)
  return redirectWith(visit, '/user/', `${unlinked} is not yours any more.`)
}

/** 160 random bits, in the form that clients know. It is shown now and never again: only its digest is kept. */
async function generateToken(visit: OwnVisit): Promise<VNode> {
  const token = randomBytes(20).toString('hex')
  await addToken(visit.db, actorOf(visit), visit.viewer, token, {
    isOnly: true,
    asRead: visit.viewer,
  })
  return (
    <Layout visit={visit} title="Your API token" styles={['account.css']} scripts={['copy.js']}>
      <div class="entry">
        <h1>Your API token</h1>
        <p>Copy it now: it is shown this once. Whoever has it can do all that you can do through the API.</p>
        <p class="actions">
          <input id="token" class="mono" value={token} readOnly size={42} aria-label="API token" />
          <button type="button" data-copies="token" hidden>
            Copy
          </button>
        </p>
        <p>For git-pw, for example:</p>
        <pre>git config pw.token {token}</pre>
        <p>
          <a href="/user/">Back to your profile</a>
        </p>
      </div>
    </Layout>
  )
}
