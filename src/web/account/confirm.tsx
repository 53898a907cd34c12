import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../../domain/actor.js'
import { linkAddress, optIn, optOut } from '../../domain/people/commands.js'
import { upsertPerson } from '../../domain/people/updates.js'
import { openAccount } from '../../domain/users/commands.js'
import { type Confirmation, deleteConfirmation, findConfirmation } from '../../domain/users/confirmations.js'
import { findUserById, type User } from '../../domain/users/queries.js'
import { Forbidden } from '../../util/errors.js'
import { parameter } from '../framework/parameters.js'
import {
  type AppContext,
  addForm,
  addPage,
  type RequestContext,
  redirectWith,
  withForms,
} from '../framework/request-context.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { NewPassword, problemsOfNew, setPassword } from './password.js'

/**
 * Pages for the links in our mail. A link only opens a page that shows what will be confirmed; a button confirms it,
 * because mail systems follow links by themselves to scan them, and must not confirm anything.
 */
export function addConfirmPages(appContext: AppContext): void {
  addPage(appContext, '/confirm/:key/', async (context) => {
    const asked = await readAsked(context)
    if (!asked) return gone(context)
    if (isForOwner(asked) && !context.viewer)
      return context.reply.redirect(`/user/login/?next=${context.path}`)
    requireOwner(context, asked)
    return <ConfirmPage context={withForms(context)} asked={asked} problems={{}} />
  })
  addForm(appContext, '/confirm/:key/', async (context, form) => {
    const asked = await readAsked(context)
    if (!asked) return gone(context)
    return asked.confirmation.type === 'password-reset'
      ? await resetPassword(context, asked, form)
      : await confirm(context)
  })
}

interface LetterRequest {
  confirmation: Confirmation
  /** The account that it is about, if it is about one. */
  user: User | undefined
}

/** The owner of an address must not link it to another person's account by following a link. */
function isForOwner({ confirmation }: LetterRequest): boolean {
  return confirmation.type === 'userperson'
}

function requireOwner({ viewer }: RequestContext, asked: LetterRequest): void {
  if (isForOwner(asked) && viewer?.id !== asked.user?.id)
    throw new Forbidden(`This link is for the account “${asked.user?.username}”, which has to be logged in.`)
}

const NEEDS_USER = new Set(['registration', 'userperson', 'password-reset'])

/** The request that the key in the URL confirms; undefined if the link is no longer valid. */
async function readAsked(
  context: RequestContext,
  db: Database = context.db,
): Promise<LetterRequest | undefined> {
  const { now, request } = context
  const confirmation = await findConfirmation(db, parameter(request, 'key'), new Date(`${now}Z`))
  if (!confirmation || !(confirmation.type in ACTS || confirmation.type === 'password-reset'))
    return undefined
  const user = confirmation.user_id === null ? undefined : await findUserById(db, confirmation.user_id)
  return user || !NEEDS_USER.has(confirmation.type) ? { confirmation, user } : undefined
}

interface Act {
  title: string
  button: string
  /** The message after it is done, and the page that shows it. */
  done: string
  path: string
  describe: (asked: LetterRequest) => VNode
  run: (db: Database, asked: LetterRequest, actor: Actor) => Promise<void>
}

const ACTS: Readonly<Record<Exclude<Confirmation['type'], 'password-reset'>, Act>> = {
  registration: {
    title: 'Activate the account',
    button: 'Activate',
    done: 'Your account is active. Log in.',
    path: '/user/login/',
    describe: ({ confirmation, user }) => (
      <>
        This opens the account <b>{user?.username}</b>. Patches from <b>{confirmation.email}</b> are then its
        own.
      </>
    ),
    async run(db, { confirmation, user }, actor) {
      if (!user) return
      await openAccount(db, actor, user)
      await link(db, actor, confirmation.email, user)
    },
  },
  userperson: {
    title: 'Link an address',
    button: 'Link the address',
    done: 'The address is linked. Patches sent from it are yours.',
    path: '/user/',
    describe: ({ confirmation, user }) => (
      <>
        This says that the address <b>{confirmation.email}</b> belongs to the account <b>{user?.username}</b>,
        which may then change all patches that were sent from it.
      </>
    ),
    async run(db, { confirmation, user }, actor) {
      if (user) await link(db, actor, confirmation.email, user)
    },
  },
  optout: {
    title: 'Stop notifications',
    button: 'Stop notifications',
    done: 'Notifications are stopped.',
    path: '/mail/',
    describe: ({ confirmation }) => (
      <>
        No more mail about patches is then sent to <b>{confirmation.email}</b>.
      </>
    ),
    run: (db, { confirmation }, actor) => optOut(db, actor, confirmation.email),
  },
  optin: {
    title: 'Resume notifications',
    button: 'Resume notifications',
    done: 'Notifications are resumed.',
    path: '/mail/',
    describe: ({ confirmation }) => (
      <>
        Mail about patches is then sent to <b>{confirmation.email}</b> again.
      </>
    ),
    run: (db, { confirmation }, actor) => optIn(db, actor, confirmation.email),
  },
}

async function link(db: Database, actor: Actor, email: string, user: User): Promise<void> {
  await linkAddress(db, actor, await upsertPerson(db, { email, name: undefined }), user)
}

/** The actor of a link is its account, or else its address. */
function actorOf({ now }: RequestContext, { confirmation, user }: LetterRequest): Actor {
  const { id, username } = user ?? { id: null, username: confirmation.email }
  return { id, name: username, way: 'page', time: now }
}

/**
 * Loads the request of a key within the transaction, and deletes it: if the transaction fails, the link stays valid.
 * Data that was loaded before the transaction is not used.
 */
async function spend(context: RequestContext, db: Database): Promise<LetterRequest | undefined> {
  const asked = await readAsked(context, db)
  if (!asked) return undefined
  requireOwner(context, asked)
  return (await deleteConfirmation(db, asked.confirmation.id)) ? asked : undefined
}

/** Carries out the confirmed action once, however often the button is pressed. */
async function confirm(context: RequestContext): Promise<FastifyReply | VNode> {
  const act = await transaction(context.db, async (db) => {
    const asked = await spend(context, db)
    if (!asked || asked.confirmation.type === 'password-reset') return undefined
    await ACTS[asked.confirmation.type].run(db, asked, actorOf(context, asked))
    return ACTS[asked.confirmation.type]
  })
  return act ? redirectWith(context, act.path, act.done) : gone(context)
}

async function resetPassword(
  context: RequestContext,
  asked: LetterRequest,
  form: URLSearchParams,
): Promise<FastifyReply | VNode> {
  const { user } = asked
  if (!user || user.is_active !== 1) return gone(context)
  const problems = problemsOfNew(user, form)
  if (Object.keys(problems).length > 0) {
    void context.reply.code(400)
    return <ConfirmPage context={withForms(context)} asked={asked} problems={problems} />
  }
  const isSet = await setPassword(context, {
    user,
    actor: actorOf(context, asked),
    password: form.get('password') ?? '',
    requires: async (db) => (await spend(context, db))?.user?.is_active === 1,
  })
  if (!isSet) return gone(context)
  return redirectWith(context, '/user/login/', 'Your password is set: log in with it.')
}

interface ConfirmProps {
  context: RequestContext
  asked: LetterRequest
  problems: Record<string, string>
}

function ConfirmPage({ context, asked, problems }: ConfirmProps) {
  const { type } = asked.confirmation
  const act = type === 'password-reset' ? undefined : ACTS[type]
  return (
    <Layout context={context} title={act?.title ?? 'A new password'} styles={['account.css']}>
      <div class="entry">
        <h1>{act?.title ?? 'A new password'}</h1>
        <p>
          {act?.describe(asked) ?? (
            <>
              For the account <b>{asked.user?.username}</b>. Everybody who is logged in to it is logged out,
              and its API tokens are revoked.
            </>
          )}
        </p>
        <Form context={context} action={context.path}>
          {!act && (
            <>
              <input
                type="text"
                name="username"
                value={asked.user?.username}
                autoComplete="username"
                hidden
              />
              <NewPassword problems={problems} />
            </>
          )}
          <div class="actions">
            <button class="main">{act?.button ?? 'Set the password'}</button>
          </div>
        </Form>
      </div>
    </Layout>
  )
}

/** For a link that is used, expired or invented: the page does not tell which. */
function gone(context: RequestContext): VNode {
  void context.reply.code(404)
  return (
    <Layout context={context} title="This link is no longer valid" styles={['account.css']}>
      <div class="entry">
        <h1>This link is no longer valid</h1>
        <p>It has been used already, or is too old. Ask for a new one where you asked for this one:</p>
        <ul>
          <li>
            <a href="/register/">a new account</a>
          </li>
          <li>
            <a href="/user/password-reset/">a new password</a>
          </li>
          <li>
            <a href="/user/">an address of yours</a>
          </li>
          <li>
            <a href="/mail/">mail settings</a>
          </li>
        </ul>
      </div>
    </Layout>
  )
}
