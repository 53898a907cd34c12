import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { linkAddress, unlinkAddress } from '../../domain/people/commands.js'
import { type FoundPerson, findFoundPerson, searchPeople } from '../../domain/users/search.js'
import { findUser } from '../../domain/users/users.js'
import { NotFound } from '../../util/errors.js'
import { actorOf, type OwnVisit } from '../framework/auth-guard.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { ActionTitle } from '../ui/action-title.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'
import { readSearch, SearchForm, SearchPages, searchPath } from './search.js'

const PATH = '/admin/people/'

/** The addresses that mail came from, and whose they are. */
export function addPeoplePages(mount: Mount): void {
  addAdminPage(mount, PATH, listPage)
  addAdminForm(mount, `${PATH}:id/link/`, link)
  addAdminForm(mount, `${PATH}:id/unlink/`, unlink)
}

async function listPage(visit: OwnVisit): Promise<VNode> {
  const search = readSearch(visit)
  const { people, total } = await searchPeople(visit.db, search)
  return (
    <Layout visit={visit} title="People" styles={['admin.css']}>
      <h1>People</h1>
      <p class="help">
        Mail from an address that is linked to a user is theirs: they may change the patches that it brought.
      </p>
      <SearchForm path={PATH} term={search.term} />
      {people.length === 0 && <p>There is nobody of that name or address.</p>}
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
              <PersonLine visit={visit} person={person} term={search.term} />
            ))}
          </tbody>
        </table>
      )}
      <SearchPages path={PATH} term={search.term} page={search.page} total={total} />
    </Layout>
  )
}

function PersonLine({ visit, person, term }: { visit: OwnVisit; person: FoundPerson; term: string }) {
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
        <Form visit={visit} class="actions" action={`${PATH}${id}/${user_id === null ? 'link' : 'unlink'}/`}>
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

async function personParameter({ db, request }: OwnVisit): Promise<FoundPerson> {
  const person = await findFoundPerson(db, numberParameter(request, 'id'))
  if (!person) throw new NotFound()
  return person
}

/** The list that the form was in. */
function backTo(form: URLSearchParams): string {
  return searchPath(PATH, (form.get('q') ?? '').slice(0, 200))
}

async function link(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const person = await personParameter(visit)
  const username = (form.get('username') ?? '').trim()
  const user = await findUser(visit.db, username)
  if (!user) return redirectWith(visit, backTo(form), `There is no user '${username.slice(0, 100)}'.`, true)
  await linkAddress(visit.db, actorOf(visit), person.id, user, { isTaking: true })
  return redirectWith(visit, backTo(form), `${person.email} belongs to ${username} now.`)
}

async function unlink(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const person = await personParameter(visit)
  const isDone = await unlinkAddress(visit.db, actorOf(visit), person.id)
  const text = `${person.email} is nobody's${isDone ? ' now' : ''}.`
  return redirectWith(visit, backTo(form), text, !isDone)
}
