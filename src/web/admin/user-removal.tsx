import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { removeAccount } from '../../domain/users/commands.js'
import { type Belongings, listBelongings, type User } from '../../domain/users/queries.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Form, TextField } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { userParameter } from './user.js'

const PATH = '/admin/users/'

/** Removal of an account: a page that lists what is deleted and what stays, and asks to type the name. */
export function addUserRemovalPages(appContext: AppContext): void {
  addAdminPage(appContext, `${PATH}:id/remove/`, async (context) => {
    const user = await userParameter(context)
    return removalPage(context, user, await listBelongings(context.db, user.id))
  })
  addAdminForm(appContext, `${PATH}:id/remove/`, remove)
}

async function remove(context: UserContext, form: URLSearchParams): Promise<FastifyReply | VNode> {
  const user = await userParameter(context)
  const belongings = await listBelongings(context.db, user.id)
  const isMeant = (form.get('confirm') ?? '').trim() === user.username
  if (whyNot(context, user, belongings) !== undefined || !isMeant) {
    void context.reply.code(400)
    return removalPage(context, user, belongings, isMeant ? undefined : 'That is not its user name.')
  }
  await removeAccount(context.db, actorOf(context), user.username)
  return redirectWith(context, PATH, `The account ${user.username} is deleted.`)
}

/** Why an account cannot be deleted; undefined: it can. */
function whyNot({ viewer }: UserContext, { id }: User, { hasChecks }: Belongings): string | undefined {
  if (id === viewer.id) return 'This is your own account: another administrator has to delete it.'
  if (hasChecks)
    return 'This account has posted checks, which would be lost: it cannot be deleted. Close it instead, then nobody can use it.'
  return undefined
}

function removalPage(context: UserContext, user: User, belongings: Belongings, problem?: string): VNode {
  const { id, username } = user
  const reason = whyNot(context, user, belongings)
  return (
    <Layout context={context} title={`Delete ${username}`} styles={['account.css', 'admin.css']}>
      <div class="entry">
        <h1>
          Delete <bdi>{username}</bdi>
        </h1>
        {reason === undefined ? <Consequences belongings={belongings} /> : <p class="problem">{reason}</p>}
        {reason === undefined && (
          <Form context={context} action={`${PATH}${id}/remove/`}>
            <TextField
              name="confirm"
              label={`To delete it, type its user name: ${username}`}
              error={problem}
              isRequired
              autocomplete="off"
            />
            <div class="actions">
              <button class="main">Delete the account</button>
            </div>
          </Form>
        )}
        <p>
          <a href={`${PATH}${id}/`}>Back to the account</a>
        </p>
      </div>
    </Layout>
  )
}

function Consequences({ belongings: { bundles, delegated, addresses } }: { belongings: Belongings }) {
  return (
    <>
      <p>This cannot be undone. Deleted are:</p>
      <ul>
        <li>its password, tokens and sessions</li>
        <li>its rights as a maintainer, and the delegation rules that name it</li>
        <li>its bundles: {bundles}</li>
      </ul>
      <p>These stay:</p>
      <ul>
        <li>all patches and comments, and the addresses linked to it: {addresses}</li>
        <li>the patches that are delegated to it, without a delegate: {delegated}</li>
        <li>the events of patches, without the name of this account</li>
      </ul>
    </>
  )
}
