import type { Address } from '../../store/person.js'
import type { Project } from '../../store/project.js'
import type { User } from '../../store/user.js'
import { DateTime } from './date.js'
import { Fact, Facts } from './fact.js'

interface CardProps {
  user: User
  maintained: readonly Project[]
  people: readonly Address[]
}

/** What belongs to an account, as administrators see it. */
export function OwnedCard({ user, maintained, people }: CardProps) {
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
      </Facts>
    </section>
  )
}
