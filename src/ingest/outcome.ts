import type { Time } from '../db/schema.js'
import type { Parent } from '../domain/comments/comments.js'
import type { Project } from '../domain/projects/projects.js'
import type { Author, ParsedMail, ParsedSubject } from '../mail/types.js'

interface Submission<Kind> {
  kind: Kind
  id: number
  project: number
  problems: string[]
  /** Names of mails that show it to be a comment, should they come. */
  awaits?: string[]
}

/** What became of a mail. */
export type Outcome =
  | Submission<'patch'>
  | (Submission<'cover'> & {
      /** The name under which others wait for it, besides its message id. */
      coverName: string
    })
  | {
      kind: 'comment'
      id: number
      project: number
      parent: Parent
      problems: string[]
      /** Message ids that make it belong elsewhere, should they come. */
      awaits: string[]
    }
  /** Nothing that we keep: mail to other lists, discussions without a patch, and the like. */
  | { kind: 'ignored'; reason: string; project?: number; awaits?: string[] }
  | { kind: 'duplicate'; reason: string; project: number }
  /** Broken so that it can never be taken. */
  | { kind: 'rejected'; reason: string; project?: number }

/** A mail with all that was found out about it before anything is written. */
export interface Incoming {
  mail: ParsedMail
  messageId: string
  subject: ParsedSubject
  author: Author
  project: Project
  /** The sender's time if it can be believed, else ours. */
  date: Time
  received: Time
}

/** The outcome of a mail whose message id is there already. */
export function duplicate({ messageId, project }: Incoming): Outcome {
  return { kind: 'duplicate', project: project.id, reason: `${project.link_name} has ${messageId} already.` }
}
