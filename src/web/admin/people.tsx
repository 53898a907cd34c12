import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { linkAddress, unlinkAddress } from '../../domain/people/commands.js'
import { type FoundPerson, findFoundPerson, searchPeople } from '../../domain/people/list.js'
import { findUser } from '../../domain/users/queries.js'
import { NotFound } from '../../util/errors.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, redirectWith } from '../framework/request-context.js'
import { ActionTitle } from '../ui/action-title.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { readSearch, SearchForm, SearchPages, searchPath } from './search.js'

const PATH = '/admin/people/'

/** Senders of mail, and the users that they are linked to. */
export function addPeoplePages(appContext: AppContext): void {
  addAdminPage(appContext, PATH, listPage)
  addAdminForm(appContext, `${PATH}:id/link/`, link)
  addAdminForm(appContext, `${PATH}:id/unlink/`, unlink)
}

async function listPage(context: UserContext): Promise<VNode> {
  const search = readSearch(context)
  const { people, total } = await searchPeople(context.db, search)
  return (
    <Layout context={context} title="People" styles={['admin.css']}>
      <h1>People</h1>
      <p class="help">
        Mail from an address that is linked to a user is theirs: they may change the patches that it brought.
      </p>
      <SearchForm path={PATH} term={search.term} />
      {people.length === 0 && <p>No matches.</p>}
      {people.length > 0 && (
        <table class="list lines">
          <thead>
            <tr>
              <th>Address</th>
              <th>Name</th>
              <th>User</th>
              <ActionTitle />
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <PersonLine context={context} person={person} term={search.term} />
            ))}
          </tbody>
        </table>
      )}
      <SearchPages path={PATH} term={search.term} page={search.page} total={total} />
    </Layout>
  )
}

function PersonLine({ context, person, term }: { context: UserContext; person: FoundPerson; term: string }) {
  const { id, email, name, user_id, username } = person
  return (
    <tr>
      <td>
        <bdi>{email}</bdi>
      </td>
      <td>{name !== null && <bdi>{name}</bdi>}</td>
      <td>
        {username !== null && (
          <a href={`/admin/users/${user_id}/`}>
            <bdi>{username}</bdi>
          </a>
        )}
      </td>
      <td>
        <Form
          context={context}
          class="actions"
          action={`${PATH}${id}/${user_id === null ? 'link' : 'unlink'}/`}
        >
          <input type="hidden" name="q" value={term} />
          {user_id === null ? (
            <>
              <input name="username" required size={12} autoComplete="off" aria-label={`User of ${email}`} />
              <button aria-label={`Link ${email}`}>Link</button>
            </>
          ) : (
            <button aria-label={`Unlink ${email}`}>Unlink</button>
          )}
        </Form>
      </td>
    </tr>
  )
}

async function personParameter({ db, request }: UserContext): Promise<FoundPerson> {
  const person = await findFoundPerson(db, numberParameter(request, 'id'))
  if (!person) throw new NotFound()
  return person
}

/** The list that the form was in. */
function backTo(form: URLSearchParams): string {
  return searchPath(PATH, (form.get('q') ?? '').slice(0, 200))
}

async function link(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const person = await personParameter(context)
  const username = (form.get('username') ?? '').trim()
  const user = await findUser(context.db, username)
  if (!user) return redirectWith(context, backTo(form), `There is no user '${username.slice(0, 100)}'.`, true)
  await linkAddress(context.db, actorOf(context), person.id, user, { isTaking: true })
  return redirectWith(context, backTo(form), `${person.email} belongs to ${username} now.`)
}

async function unlink(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const person = await personParameter(context)
  const isDone = await unlinkAddress(context.db, actorOf(context), person.id)
  const text = `${person.email} is nobody's${isDone ? ' now' : ''}.`
  return redirectWith(context, backTo(form), text, !isDone)
}
