interface Person {
  submitter_id: number
  submitter_name: string | null
  submitter_email: string
}

/** The sender of a mail, as a link to all their patches in the project. */
export function PersonLink({ linkName, person }: { linkName: string; person: Person }) {
  return (
    <a href={personPath(linkName, person.submitter_id)} title={person.submitter_email}>
      <bdi>{personName(person)}</bdi>
    </a>
  )
}

/** The patches of a person, in whatever state. */
export function personPath(linkName: string, person: number): string {
  return `/project/${linkName}/list/?submitter=${person}&state=*&archive=both`
}

/** The name of a person, or the address if they have none. */
export function personName(person: Omit<Person, 'submitter_id'>): string {
  return person.submitter_name || person.submitter_email
}
