/**
 * What reading a mail gives: plain data that the rest of the program works on. Everything in here came from
 * a stranger; it is bounded in size and holds no NUL, and nothing else about it may be taken for granted.
 */

/** One mail, read as far as that is possible without knowing which project it belongs to. */
export interface ParsedMail {
  /** `Message-Id` in its angle brackets, or what stood there without any; undefined where that is no id. */
  messageId: string | undefined
  /** The header section as it came: unfolded nowhere, decoded from bytes only, `Name: value` lines split by \n. */
  headers: string
  /** Candidates for the list's id, the most trusted first: of `List-ID`, `X-Mailing-List`, `X-list`, `X-BeenThere`. */
  listIds: string[]
  /** `From`, decoded, as it stands there; undefined where the header is missing. */
  from: string | undefined
  /** Undefined where `From` names no address. */
  sender: Sender | undefined
  /** The subject, decoded and with white space made single; undefined where the header is missing. */
  subject: string | undefined
  /** Whether the subject starts with `Re:`: such a mail is never a patch or a cover. */
  isReply: boolean
  /** Message ids this mail answers, the nearest first: `In-Reply-To`, then `References` from its end. */
  references: string[]
  /** When the sender says it was sent: UTC, `YYYY-MM-DDTHH:MM:SS`; undefined where that can't be believed. */
  date: string | undefined
  /** The commentary without diff, signature and list footer; may be empty. */
  content: string
  /** Characters of `content` above the diff; undefined if all of it is. */
  aboveDiff: number | undefined
  /** The diff, undefined where there is none (and always in a reply and in a cover). */
  diff: string | undefined
  /** Whether the text quotes another mail and the diff is only an attachment that mail programs do not display. */
  isAnswerWithFile: boolean
  /** Address of the repository and branch that a pull request asks to pull. */
  pullUrl: string | undefined
  /** What a reply is if it turns out to be its author's next version: a patch as git sends it. */
  asPatch: { content: string; diff: string | undefined; aboveDiff: number | undefined } | undefined
  /**
   * What `Depends-on:` and b4's `prerequisite-…` lines name, in their order: message ids in brackets, http(s)
   * addresses, `series-N`, `patch-N`, and `change-id:NAME:vN`.
   */
  dependsOn: string[]
  /** What b4 calls all versions of a series. */
  changeId: string | undefined
  hints: MailHints
  /** What was cut, dropped or guessed on the way, one clear sentence each; empty for almost every mail. */
  problems: string[]
}

/** The `X-Patchwork-…` headers, with which senders control how their mail is processed. */
export interface MailHints {
  /** `X-Patchwork-Hint: ignore` */
  isIgnored: boolean
  /** `X-Patchwork-State`: the name of a state. */
  state: string | undefined
  /** `X-Patchwork-Delegate`: a user's mail address. */
  delegate: string | undefined
  /** `X-Patchwork-Action-Required`, whatever it says: the reply asks the author to do something. */
  isActionRequired: boolean
}

/** A subject as one project reads it. */
export interface ParsedSubject {
  /** The subject without `Re:` and without what the project drops: `[v2,1/3] net: fix it`. */
  name: string
  /** What stood in brackets, in order, without the words that are dropped: `['v2', '1/3']`. */
  prefixes: string[]
  /** The place in the series; `n/m`, where n is 0 for a cover. Undefined for a mail that stands alone. */
  marker: { number: number; total: number } | undefined
  /** 1 if the subject names none; of `v5.1` it is 5. */
  version: number
  /** Whether it names a version such as `v5.1`: it takes the place of a patch of version 5. */
  isRevised: boolean
}

/** Who wrote a mail. */
export interface Author {
  /** Undefined where the header has only an address. */
  name: string | undefined
  email: string
}

/** Whom a mail names as its sender; see `authorOf`. */
export interface Sender {
  /** As `From` says. */
  author: Author
  /** `From` says `Name via Somebody`: a list or a relay sent the mail on. */
  isSentOn: boolean
  /** The address in `From` belongs to a service that sends for many people. */
  isRelayed: boolean
  /** Who is named as the author, the surest first. */
  named: Author[]
  replyTo: Author[]
  /** Whom the text credits in its first lines, as git reads them. */
  inBody: Author | undefined
}

/** A tag of the project: `name` for people, `pattern` in RE2's syntax, anchored by its author. */
export interface TagPattern {
  id: number
  pattern: string
}
