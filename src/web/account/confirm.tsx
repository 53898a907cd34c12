import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../../domain/audit/audit.js'
import { linkAddress, optIn, optOut } from '../../domain/people/commands.js'
import { upsertPerson } from '../../domain/people/people.js'
import { openAccount } from '../../domain/users/commands.js'
import { type Confirmation, deleteConfirmation, findConfirmation } from '../../domain/users/confirmations.js'
import { findUserById, type User } from '../../domain/users/users.js'
import { Forbidden } from '../../util/errors.js'
import { parameter } from '../framework/parameters.js'
import { addForm, addPage, type Mount, redirectWith, type Visit } from '../framework/request-context.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { NewPassword, problemsOfNew, setPassword } from './password.js'

/**
 * Where the links of our letters lead. The page only shows what is confirmed; a button does it, for mail systems
 * follow links by themselves to look for evil, and must not confirm anything by that.
 */
export function addConfirmPages(mount: Mount): void {
  addPage(mount, '/confirm/:key/', async (visit) => {
    const asked = await readAsked(visit)
    if (!asked) return gone(visit)
    if (isForOwner(asked) && !visit.viewer) return visit.reply.redirect(`/user/login/?next=${visit.path}`)
    requireOwner(visit, asked)
    return <ConfirmPage visit={visit} asked={asked} problems={{}} />
  })
  addForm(mount, '/confirm/:key/', async (visit, form) => {
    const asked = await readAsked(visit)
    if (!asked) return gone(visit)
    return asked.confirmation.type === 'password-reset'
      ? await resetPassword(visit, asked, form)
      : await confirm(visit)
  })
}

interface Asked {
  confirmation: Confirmation
  /** The account that it is about, if it is about one. */
  user: User | undefined
}

/** Whoever owns an address must not give it to an account of somebody else's by following a link. */
function isForOwner({ confirmation }: Asked): boolean {
  return confirmation.type === 'userperson'
}

function requireOwner({ viewer }: Visit, asked: Asked): void {
  if (isForOwner(asked) && viewer?.id !== asked.user?.id)
    throw new Forbidden(`This link is for the account “${asked.user?.username}”, which has to be logged in.`)
}

const NEEDS_USER = new Set(['registration', 'userperson', 'password-reset'])

/** What the key of the address confirms; undefined where it holds no more. */
async function readAsked(visit: Visit, db: Database = visit.db): Promise<Asked | undefined> {
  const { now, request } = visit
  const confirmation = await findConfirmation(db, parameter(request, 'key'), new Date(`${now}Z`))
  if (!confirmation || !(confirmation.type in ACTS || confirmation.type === 'password-reset'))
    return undefined
  const user = confirmation.user_id === null ? undefined : await findUserById(db, confirmation.user_id)
  return user || !NEEDS_USER.has(confirmation.type) ? { confirmation, user } : undefined
}

interface Act {
  title: string
  button: string
  /** What is told once it is done, and on which page. */
  done: string
  path: string
  describe: (asked: Asked) => VNode
  run: (db: Database, asked: Asked, actor: Actor) => Promise<void>
}

const ACTS: Readonly<Record<Exclude<Confirmation['type'], 'password-reset'>, Act>> = {
  registration: {
    title: 'Open the account',
    button: 'Open it',
    done: 'Your account is open: log in.',
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
    button: 'It is mine',
    done: 'The address is linked: what was sent from it is yours.',
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
    title: 'No more mail',
    button: 'No more mail',
    done: 'You get no more mail about patches.',
    path: '/mail/',
    describe: ({ confirmation }) => (
      <>
        No more mail about patches is then sent to <b>{confirmation.email}</b>.
      </>
    ),
    run: (db, { confirmation }, actor) => optOut(db, actor, confirmation.email),
  },
  optin: {
    title: 'Mail again',
    button: 'Mail again',
    done: 'You get mail about patches again.',
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

/** Whoever follows a link is the account that it is for, or else the address. */
function actorOf({ now }: Visit, { confirmation, user }: Asked): Actor {
  const { id, username } = user ?? { id: null, username: confirmation.email }
  return { id, name: username, way: 'page', time: now }
}

/**
 * Reads what a key confirms as it is within a transaction, and uses it up: whatever makes the transaction fail leaves
 * the link as it was, and what was read before the transaction decides nothing.
 */
async function spend(visit: Visit, db: Database): Promise<Asked | undefined> {
  const asked = await readAsked(visit, db)
  if (!asked) return undefined
  requireOwner(visit, asked)
  return (await deleteConfirmation(db, asked.confirmation.id)) ? asked : undefined
}

/** Does what was asked for, once, however often the button is pressed. */
async function confirm(visit: Visit): Promise<FastifyReply | VNode> {
  const act = await transaction(visit.db, async (db) => {
    const asked = await spend(visit, db)
    if (!asked || asked.confirmation.type === 'password-reset') return undefined
    await ACTS[asked.confirmation.type].run(db, asked, actorOf(visit, asked))
    return ACTS[asked.confirmation.type]
  })
  return act ? redirectWith(visit, act.path, act.done) : gone(visit)
}

async function resetPassword(
  visit: Visit,
  asked: Asked,
  form: URLSearchParams,
): Promise<FastifyReply | VNode> {
  const { user } = asked
  if (!user || user.is_active !== 1) return gone(visit)
  const problems = problemsOfNew(user, form)
  if (Object.keys(problems).length > 0) {
    void visit.reply.code(400)
    return <ConfirmPage visit={visit} asked={asked} problems={problems} />
  }
  const isSet = await setPassword(visit, {
    user,
    actor: actorOf(visit, asked),
    password: form.get('password') ?? '',
    requires: async (db) => (await spend(visit, db))?.user?.is_active === 1,
  })
  if (!isSet) return gone(visit)
  return redirectWith(visit, '/user/login/', 'Your password is set: log in with it.')
}

interface ConfirmProps {
  visit: Visit
  asked: Asked
  problems: Record<string, string>
}

function ConfirmPage({ visit, asked, problems }: ConfirmProps) {
  const { type } = asked.confirmation
  const act = type === 'password-reset' ? undefined : ACTS[type]
  return (
    <Layout visit={visit} title={act?.title ?? 'A new password'} styles={['account.css']}>
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
        <Form visit={visit} action={visit.path}>
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

/** For a link that is used up, too old or made up: nobody learns which. */
function gone(visit: Visit): VNode {
  void visit.reply.code(404)
  return (
    <Layout visit={visit} title="This link does not hold" styles={['account.css']}>
      <div class="entry">
        <h1>This link does not hold</h1>
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
