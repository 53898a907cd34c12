import type { JournalEntry } from '../../domain/mails/journal.js'
import type { Project } from '../../domain/projects/queries.js'
import { DateTime } from '../ui/date.js'
import { Fact, Facts } from '../ui/fact.js'

/** Mails of the journal, one a line. */
export function JournalTable({ mails }: { mails: readonly JournalEntry[] }) {
  return (
    <table class="list lines">
      <thead>
        <tr>
          <th>Mail</th>
          <th>Received</th>
          <th>From</th>
          <th>Subject</th>
          <th>Became</th>
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <tr>
            <td class="narrow">
              <a href={`/admin/mail/${mail.id}/`} aria-label={`Mail ${mail.id}`}>
                {mail.id}
              </a>
            </td>
            <td class="narrow">
              <DateTime time={mail.received} isShort />
            </td>
            <td>{mail.sender !== null && <bdi>{mail.sender}</bdi>}</td>
            <td>
              <bdi>{mail.subject ?? mail.msgid ?? '(not processed yet)'}</bdi>
            </td>
            <td>
              <OutcomeLabel mail={mail} />
              {mail.reason !== null && (
                <>
                  : <bdi>{mail.reason}</bdi>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Why a mail is flagged. */
const FLAGS: Readonly<Record<string, string>> = {
  conflict: 'another mail has the same message id but other content',
  deleted: 'it was deleted where it was fetched from',
}

export function OutcomeLabel({ mail: { outcome, flag } }: { mail: JournalEntry }) {
  return (
    <>
      {outcome === 'failed' ? <b class="problem">failed</b> : outcome}
      {flag !== null && <span class="problem"> ({FLAGS[flag] ?? flag})</span>}
    </>
  )
}

/** All that is known of a mail. */
export function MailFacts({ mail, project }: { mail: JournalEntry; project: Project | undefined }) {
  return (
    <Facts>
      <Fact name="Received">
        <DateTime time={mail.received} /> by {mail.source}, {mail.size} bytes
      </Fact>
      <TextFact name="List" text={mail.list_id} />
      <TextFact name="From" text={mail.sender} />
      <TextFact name="Subject" text={mail.subject} />
      <TextFact name="Message-Id" text={mail.msgid} />
      <TextFact name="Reason" text={mail.reason} />
      {project && (
        <Fact name="Project">
          <a href={`/project/${project.link_name}/list/`}>
            <bdi>{project.name}</bdi>
          </a>
        </Fact>
      )}
      {mail.patch_id !== null && (
        <Fact name="Patch">
          <a href={`/patch/${mail.patch_id}/`}>{mail.patch_id}</a>
        </Fact>
      )}
      {mail.cover_id !== null && (
        <Fact name="Cover">
          <a href={`/cover/${mail.cover_id}/`}>{mail.cover_id}</a>
        </Fact>
      )}
    </Facts>
  )
}

function TextFact({ name, text }: { name: string; text: string | null }) {
  if (text === null || text === '') return null
  return (
    <Fact name={name}>
      <bdi>{text}</bdi>
    </Fact>
  )
}
