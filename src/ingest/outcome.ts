import type { Time } from '../db/schema.js'
import type { CommentPlace } from '../domain/comments/queries.js'
import type { Project } from '../domain/projects/queries.js'
import type { Author, ParsedMail, ParsedSubject } from '../mail/types.js'

interface Submission<Kind> {
  kind: Kind
  id: number
  project: number
  problems: string[]
  /** Keys of awaited mails whose arrival would turn it into a comment. */
  awaits?: string[]
}

/** The outcome of a mail. */
export type Outcome =
  | Submission<'patch'>
  | (Submission<'cover'> & {
      /** Further keys, besides its message id, under which other mails may await it. */
      coverName: string
    })
  | {
      kind: 'comment'
      id: number
      project: number
      parent: CommentPlace
      problems: string[]
      /** Message ids of awaited mails whose arrival would change its kind or parent. */
      awaits: string[]
    }
  /** Not stored: mail to other lists, discussions without a patch, and the like. */
  | { kind: 'ignored'; reason: string; project?: number; awaits?: string[] }
  | { kind: 'duplicate'; reason: string; project: number }
  /** Malformed; it can never be ingested. */
  | { kind: 'rejected'; reason: string; project?: number }

/** A prepared mail, before any write. */
export interface Incoming {
  mail: ParsedMail
  messageId: string
  subject: ParsedSubject
  author: Author
  project: Project
  /** The sender's date if it is plausible, else the time of receipt. */
  date: Time
  received: Time
}

/** The outcome of a mail whose message id is stored already. */
export function duplicate({ messageId, project }: Incoming): Outcome {
  return { kind: 'duplicate', project: project.id, reason: `${project.link_name} has ${messageId} already.` }
}
