import type { Address } from '../../store/person.js'
import type { Project } from '../../store/project.js'
import type { Session } from '../../store/session.js'
import type { User } from '../../store/user.js'
import type { OwnVisit } from '../own.js'
import { DateTime } from './date.js'
import { Fact, Facts } from './fact.js'
import { Form } from './form.js'

interface CardProps {
  visit: OwnVisit
  user: User
  maintained: readonly Project[]
  people: readonly Address[]
  sessions: readonly Session[]
}

/** What belongs to an account, as administrators see it. */
export function OwnedCard({ visit, user, maintained, people, sessions }: CardProps) {
  return (
    <section class="card">
      <h2>What belongs to it</h2>
      <Facts>
        <Fact name="Since">
          <DateTime time={user.joined} />
        </Fact>
        <Fact name="Maintains">
          <ul>
            {maintained.map(({ link_name, name }) => (
              <li>
                <a href={`/project/${link_name}/settings/`}>
                  <bdi>{name}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name="Addresses">
          <ul>
            {people.map(({ email }) => (
              <li>
                <a href={`/admin/people/?${new URLSearchParams({ q: email })}`}>
                  <bdi>{email}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name="Logged in">
          {sessions.length === 0
            ? 'nowhere'
            : `in ${sessions.length} ${sessions.length === 1 ? 'browser' : 'browsers'}`}
        </Fact>
      </Facts>
      {sessions.length > 0 && (
        <Form visit={visit} action={`/admin/users/${user.id}/sessions/end/`}>
          <button>Log it out everywhere</button>
        </Form>
      )}
    </section>
  )
}
