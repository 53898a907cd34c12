import type { Trailer } from './trailer-reader.js'
import type { VersionLink } from './version-links.js'

/**
 * The result of parsing a mail: plain data for the rest of the program. All of it comes from
 * an untrusted sender; it is limited in size and contains no NUL, but nothing else is guaranteed.
 */

/** One mail, parsed independently of the project that it belongs to. */
export interface ParsedMail {
  /** `Message-Id` in its angle brackets, or the value without brackets; undefined if it is not an id. */
  messageId: string | undefined
  /** The raw header section: still folded, decoded only from bytes to text, `Name: value` lines separated by \n. */
  headers: string
  /** Candidates for the list's id, most trusted first: of `List-ID`, `X-Mailing-List`, `X-list`, `X-BeenThere`. */
  listIds: string[]
  /** The decoded `From`; undefined if the header is missing. */
  from: string | undefined
  /** Undefined if `From` contains no address. */
  sender: Sender | undefined
  /** The subject, decoded, with white space collapsed; undefined if the header is missing. */
  subject: string | undefined
  /** The same for a project that drops no prefixes of its own; see `subjectFor`. */
  parsedSubject: ParsedSubject | undefined
  /** Whether the subject starts with `Re:`; such a mail is never a patch or a cover. */
  isReply: boolean
  /** Message ids that this mail answers, the nearest first: `In-Reply-To`, then `References` from its end. */
  references: string[]
  /** The sender's date: UTC, `YYYY-MM-DDTHH:MM:SS`; undefined if it is not plausible. */
  date: string | undefined
  /** The commentary without diff, signature and list footer; may be empty. */
  content: string
  /** Characters of `content` above the diff; undefined if all of it is. */
  aboveDiff: number | undefined
  /** The diff; undefined without one, and always in a reply and in a cover. */
  diff: string | undefined
  /** The bytes of the diff in base64, if they are not its UTF-8 form: files in another charset need them. */
  diffBytes: string | undefined
  /** Whether the text quotes another mail and the diff is only an attachment that mail programs do not display. */
  isAnswerWithFile: boolean
  /** URL and branch of the repository of a pull request. */
  pullUrl: string | undefined
  /** The patch in a reply that may be its author's next version, in git's form. */
  asPatch: Pick<ParsedMail, 'content' | 'diff' | 'diffBytes' | 'aboveDiff'> | undefined
  /**
   * The targets of `Depends-on:` and b4's `prerequisite-…` lines, in order: message ids in brackets, http(s)
   * URLs, `series-N`, `patch-N`, and `change-id:NAME:vN`.
   */
  dependsOn: string[]
  /** b4's change id, shared by all versions of a series. */
  changeId: string | undefined
  /** The earlier versions that its text names. */
  versionLinks: VersionLink[]
  hints: MailHints
  /** Content that was cut, dropped or guessed, one clear sentence each; empty for almost every mail. */
  problems: string[]
  /** What is stored besides and was computed ahead; undefined: where it is needed. */
  digests?: MailDigests | undefined
}

/**
 * What is stored of a mail and follows from it alone. The thread that parses a mail computes this too, because the one
 * that writes to the database has enough to do.
 */
export interface MailDigests {
  /** Distinguishes mails that share a message id, whatever their transport: SHA-256, base64url. */
  content: string
  /** Undefined for all but new patches and pull requests; replies that turn out to be patches have none. */
  patch: PatchDigests | undefined
  /** The trailers in its own text, for a mail that is no new patch; see `readReplyTrailers`. */
  reply: Trailer[] | undefined
}

export interface PatchDigests {
  /** See `hashDiff`; undefined without a diff. */
  hash: string | undefined
  /** See `hashPosted`; of a mail whose `Date` counts, undefined without one. */
  posted: string | undefined
  /** The trailers of the message. */
  trailers: Trailer[]
}

/** The `X-Patchwork-…` headers, with which senders control how their mail is processed. */
export interface MailHints {
  /** `X-Patchwork-Hint: ignore` */
  isIgnored: boolean
  /** `X-Patchwork-State`: the name of a state. */
  state: string | undefined
  /** `X-Patchwork-Delegate`: a user's mail address. */
  delegate: string | undefined
  /** Whether `X-Patchwork-Action-Required` is present: the reply asks the author to act. */
  isActionRequired: boolean
}

/** A subject, parsed for one project. */
export interface ParsedSubject {
  /** The subject without `Re:` and without the prefixes that the project drops: `[v2,1/3] net: fix it`. */
  name: string
  /** The words in brackets, in order, without dropped ones: `['v2', '1/3']`. */
  prefixes: string[]
  /** The place in the series; `n/m`, where n is 0 for a cover. Undefined for a mail that is not numbered. */
  marker: { number: number; total: number } | undefined
  /** 1 if the subject names no version; 5 for `v5.1`. */
  version: number
  /** Whether it names a version such as `v5.1`, which replaces a patch of version 5. */
  isRevised: boolean
  /** Whether it says that the mail was sent before: `[PATCH RESEND]`. */
  isResent: boolean
}

/** Who wrote a mail. */
export interface Author {
  /** Undefined if the header contains only an address. */
  readonly name: string | undefined
  readonly email: string
}

/** The sender of a mail; see `authorOf`. */
export interface Sender {
  /** The name and address in `From`. */
  author: Author
  /** Whether `From` has the form `Name via List`: a list or a relay forwarded the mail. */
  isSentOn: boolean
  /** Whether the address in `From` belongs to a service that sends for many people. */
  isRelayed: boolean
  /** Candidates for the author, the most reliable first. */
  named: Author[]
  replyTo: Author[]
  /** The author in the first lines of the text, by git's rule. */
  inBody: Author | undefined
}

/** A tag of the project; `pattern` has RE2's syntax and is anchored by its author. */
export interface TagPattern {
  id: number
  pattern: string
}
