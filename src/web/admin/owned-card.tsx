import type { VNode } from 'preact'
import type { Address } from '../../domain/people/queries.js'
import type { Project } from '../../domain/projects/queries.js'
import type { User } from '../../domain/users/queries.js'
import { DateTime } from '../ui/date.js'
import { Fact, Facts } from '../ui/fact.js'

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
          <List none="no project">
            {maintained.map(({ link_name, name }) => (
              <a href={`/project/${link_name}/settings/`}>
                <bdi>{name}</bdi>
              </a>
            ))}
          </List>
        </Fact>
        <Fact name="Addresses">
          <List none="none that mail came from">
            {people.map(({ email }) => (
              <a href={`/admin/people/?${new URLSearchParams({ q: email })}`}>
                <bdi>{email}</bdi>
              </a>
            ))}
          </List>
        </Fact>
      </Facts>
    </section>
  )
}

/** A vertical list, or a text where it is empty. */
function List({ none, children }: { none: string; children: VNode[] }) {
  if (children.length === 0) return <span class="muted">{none}</span>
  return (
    <ul>
      {children.map((each) => (
        <li>{each}</li>
      ))}
    </ul>
  )
}
