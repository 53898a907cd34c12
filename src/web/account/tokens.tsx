import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canManageTokens, SCOPES } from '../../auth/permissions.js'
import { projectsMaintainedBy } from '../../domain/projects/maintainers.js'
import { findProject } from '../../domain/projects/queries.js'
import { type CreatedToken, createToken, revokeToken, rotateToken } from '../../domain/tokens/commands.js'
import { countTokens, findProjectOfBot, listTokens } from '../../domain/tokens/queries.js'
import { type NewToken, readExpiry, readScopes } from '../../domain/tokens/rules.js'
import { findUserById, type User } from '../../domain/users/queries.js'
import { Conflict, Invalid, NotFound } from '../../util/errors.js'
import { actorOf, addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import { problemsIn, type Sent } from '../framework/fields.js'
import { numberParameter, projectParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { NewTokenPage } from './new-token-page.js'
import { NewTokenForm, TokenTable } from './token-cards.js'

/** The most tokens that a page shows; the API lists all. */
const MAX_SHOWN = 250

/** Whose tokens a page is about, and where it is. */
interface Owner {
  readonly user: Pick<User, 'id' | 'username'>
  readonly path: string
  /** Of a bot: the settings of its project. */
  readonly settings?: string
}

/** The tokens of one's own account, and those of a project's bots. */
export function addTokenPages(appContext: AppContext): void {
  const pages = [
    ['/user/tokens/', async ({ viewer }: UserContext) => ({ user: viewer, path: '/user/tokens/' })],
    ['/project/:project/settings/bots/:bot/', botOwner],
  ] as const
  for (const [path, ownerOf] of pages) {
    addUserPage(appContext, path, async (context) => await tokensPage(context, await ownerOf(context)))
    addUserForm(appContext, path, async (context, form) => await make(context, await ownerOf(context), form))
    addUserForm(
      appContext,
      `${path}:id/rotate/`,
      async (context) => await rotate(context, await ownerOf(context)),
    )
    addUserForm(appContext, `${path}:id/revoke/`, async (context) => {
      const owner = await ownerOf(context)
      await revokeToken(context.db, actorOf(context), owner.user, numberParameter(context.request, 'id'))
      return redirectWith(context, owner.path, 'The token is revoked.')
    })
  }
}

/** The bot that the path names, if the viewer manages its tokens. Throws NotFound. */
async function botOwner({ db, request, viewer }: UserContext): Promise<Owner> {
  const project = await projectParameter(db, request)
  const user = await findUserById(db, numberParameter(request, 'bot'))
  const botOf = user ? await findProjectOfBot(db, user.id) : null
  const caller = { ...viewer, maintains: await projectsMaintainedBy(db, viewer.id) }
  if (!user || botOf !== project.id || !canManageTokens(caller, { id: user.id, botOf })) throw new NotFound()
  const settings = `/project/${project.link_name}/settings/`
  return { user, path: `${settings}bots/${user.id}/`, settings }
}

async function tokensPage(context: UserContext, owner: Owner, sent?: Sent): Promise<VNode> {
  const { db, projects } = context
  const { user, path, settings } = owner
  const tokens = await listTokens(db, user.id, { limit: MAX_SHOWN, named: true })
  const total = await countTokens(db, user.id)
  const title = settings ? `API tokens of ${user.username}` : 'Your API tokens'
  return (
    <Layout context={context} title={title} styles={['account.css']}>
      <h1>
        <bdi>{title}</bdi>
      </h1>
      <p>
        A token opens the account to a program, for what its scopes name and nothing else.{' '}
        {settings ? (
          <a href={settings}>Back to the settings of the project</a>
        ) : (
          <a href="/user/">Back to your profile</a>
        )}
      </p>
      <section class="card" id="tokens">
        <h2>Tokens</h2>
        {total > MAX_SHOWN && (
          <p class="notice">{`The newest ${MAX_SHOWN} of ${total} are shown; the API lists all.`}</p>
        )}
        <TokenTable context={context} path={path} tokens={tokens} projects={projects} />
        <p class="help">A token that is rotated is replaced by a new one, and both are valid for a day.</p>
      </section>
      <section class="card" id="new">
        <h2>New token</h2>
        <NewTokenForm context={context} path={path} sent={sent} />
      </section>
    </Layout>
  )
}

async function make(context: UserContext, owner: Owner, form: URLSearchParams): Promise<VNode> {
  try {
    const input = await readForm(context, form)
    return createdPage(context, owner, await createToken(context.db, actorOf(context), owner.user, input))
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof Conflict)) throw error
    void context.reply.code(error.status)
    return await tokensPage(context, owner, {
      values: Object.fromEntries(form),
      problems: problemsIn(error, 'name'),
    })
  }
}

/** The new token that a form describes. Throws Invalid. */
async function readForm({ db }: UserContext, form: URLSearchParams): Promise<NewToken> {
  const words = (name: string) => (form.get(name) ?? '').split(/[\s,]+/).filter((word) => word !== '')
  const projects: number[] = []
  for (const linkName of words('projects')) {
    const project = await findProject(db, linkName)
    const problem = `There is no project "${linkName.slice(0, 100)}".`
    if (!project) throw new Invalid(problem, { projects: [problem] })
    projects.push(project.id)
  }
  const contexts = words('contexts')
  const expires = (form.get('expires') ?? '').trim()
  return {
    name: (form.get('name') ?? '').trim(),
    scopes: readScopes(SCOPES.filter((scope) => form.has(`scope-${scope}`))),
    projects: projects.length > 0 ? [...new Set(projects)] : null,
    contexts: contexts.length > 0 ? contexts : null,
    expires: expires === '' ? null : readExpiry(expires),
  }
}

async function rotate(context: UserContext, owner: Owner): Promise<VNode | FastifyReply> {
  const id = numberParameter(context.request, 'id')
  try {
    return createdPage(context, owner, await rotateToken(context.db, actorOf(context), owner.user, id))
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    return redirectWith(context, owner.path, error.message, true)
  }
}

/** Shows a token, once. */
function createdPage(context: UserContext, { path }: Owner, { secret }: CreatedToken): VNode {
  return (
    <NewTokenPage
      context={context}
      title="A new API token"
      secret={secret}
      back={[path, 'Back to the tokens']}
    >
      <p>Programs send it in a header:</p>
      <pre>Authorization: Bearer {secret}</pre>
    </NewTokenPage>
  )
}
