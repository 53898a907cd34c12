import { passwordProblem } from '../../auth/password-policy.js'
import { transaction } from '../../db/transaction.js'
import { problemsIn } from '../../domain/rule.js'
import { isUserNameTaken, listActiveUsersOf } from '../../domain/users/queries.js'
import { insertUnconfirmedUser } from '../../domain/users/registration.js'
import { ACCOUNT_RULES } from '../../domain/users/rules.js'
import { knownAddressLetter, registrationLetter } from '../../outbox/letters.js'
import { addressOf } from '../../server/rate-limit.js'
import { Invalid } from '../../util/errors.js'
import {
  type AppContext,
  addForm,
  addPage,
  type RequestContext,
  withForms,
} from '../framework/request-context.js'
import { EmailField, Form, TextField } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { askToConfirm, countMailRequest } from './mail-templates.js'
import { NewPassword } from './password.js'

/** A user name must fit into our addresses and into options of git-pw. */
const USER_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,29}$/

/** Making an account; it opens once the address that it names has confirmed it. */
export function addRegisterPages(appContext: AppContext): void {
  addPage(appContext, '/register/', async (context) =>
    context.viewer ? (
      context.reply.redirect('/user/')
    ) : (
      <RegisterPage context={withForms(context)} values={{}} problems={{}} />
    ),
  )
  addForm(appContext, '/register/', async (context, form) => {
    const values = readValues(form)
    const problems = await problemsOf(context, values)
    if (Object.keys(problems).length === 0) {
      await countMailRequest(context)
      const taken = await register(context, values)
      if (!taken) return <SentPage context={context} email={values.email} />
      problems.username = taken
    }
    void context.reply.code(400)
    return <RegisterPage context={withForms(context)} values={values} problems={problems} />
  })
}

const FIELDS = ['username', 'first_name', 'last_name', 'email', 'password', 'again'] as const

type Values = Record<(typeof FIELDS)[number], string>
type Problems = Partial<Values>

function readValues(form: URLSearchParams): Values {
  const entries = FIELDS.map((name) => {
    const value = form.get(name) ?? ''
    return [name, name === 'password' || name === 'again' ? value : value.trim()]
  })
  return Object.fromEntries(entries) as Values
}

async function problemsOf({ db }: RequestContext, values: Values): Promise<Problems> {
  const { username, first_name, last_name, email, password, again } = values
  const problems: Problems = {}
  if (!USER_NAME.test(username))
    problems.username = 'A user name has up to 30 letters, digits and _ . + -, and begins with none of . + -.'
  else if (await isUserNameTaken(db, username)) problems.username = 'This user name is taken.'
  Object.assign(problems, problemsIn(ACCOUNT_RULES, { first_name, last_name, email }))
  const complaint = passwordProblem(password, [username, first_name, last_name, email])
  if (complaint !== undefined) problems.password = complaint
  else if (password !== again) problems.again = 'The two passwords are not the same.'
  return problems
}

/**
 * Stores the account and sends a confirmation link. If the address already has an account, everything looks the same,
 * so that callers cannot find out which addresses do; only the mail is different, and confirms nothing. Returns the
 * error of the name if another registration took it first.
 */
async function register(context: RequestContext, values: Values): Promise<string | undefined> {
  const { db: database, auth, mailBase: base, now } = context
  const { username, first_name, last_name, email } = values
  const caller = await auth.attempts.callerAt(addressOf(context.request), Date.parse(`${now}Z`))
  const password = await auth.passwords.hash(values.password, caller)
  try {
    await transaction(database, async (db) => {
      const [known] = await listActiveUsersOf(db, email)
      const user = { username, first_name, last_name, email, password, joined: now }
      const userId = await insertUnconfirmedUser(db, user)
      const letter = (link: string) =>
        known ? knownAddressLetter({ ...known, base }) : registrationLetter({ email, base, link, username })
      await askToConfirm(context, { type: 'registration', email, userId, letter }, db)
    })
    return undefined
  } catch (error) {
    if (error instanceof Invalid) return error.message
    throw error
  }
}

interface RegisterProps {
  context: RequestContext
  values: Partial<Values>
  problems: Problems
}

function RegisterPage({ context, values, problems }: RegisterProps) {
  return (
    <Layout context={context} title="Register" styles={['account.css']}>
      <div class="entry">
        <h1>Register</h1>
        <p>
          With an account you keep bundles of patches, and change the state of your own; maintainers need one
          for all that they do. To read, or to send patches, you need none.
        </p>
        <Form context={context} action="/register/">
          <Fields values={values} problems={problems} />
          <div class="actions">
            <button class="main">Register</button>
          </div>
        </Form>
        <p>
          You have an account? <a href="/user/login/">Log in</a>.
        </p>
      </div>
    </Layout>
  )
}

function Fields({ values, problems }: Omit<RegisterProps, 'context'>) {
  const field = (name: keyof Values) => ({ name, value: values[name], error: problems[name] })
  return (
    <>
      <TextField {...field('username')} label="User name" isRequired max={30} autocomplete="username" />
      <TextField {...field('first_name')} label="First name" max={150} autocomplete="given-name" />
      <TextField {...field('last_name')} label="Last name" max={150} autocomplete="family-name" />
      <EmailField
        {...field('email')}
        help="A link to activate the account is sent there. Patches from this address are then yours."
      />
      <NewPassword label="Password" problems={problems} />
    </>
  )
}

function SentPage({ context, email }: { context: RequestContext; email: string }) {
  return (
    <Layout context={context} title="Almost done" styles={['account.css']}>
      <div class="entry">
        <h1>Almost done</h1>
        <p>
          A mail with a link is on its way to <b>{email}</b>. Follow the link within seven days to open the
          account.
        </p>
      </div>
    </Layout>
  )
}
