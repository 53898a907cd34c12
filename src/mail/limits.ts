import { truncate } from '../util/text.js'

/**
 * Limits for parsing a mail. Its sender controls its size, its depth and every count;
 * content beyond these limits is cut or left out and recorded in the mail's `problems`.
 * The time limit for one mail is `READ_TIMEOUT_MS` in `receive/journal/reading-watch.ts`.
 */
export const LIMITS = {
  /** Bytes of one mail; the rest is cut. */
  mailBytes: 64 * 1024 * 1024,
  /** Bytes of the header section of a mail or of a part. */
  headerBytes: 1024 * 1024,
  /** Headers of a mail or of a part. */
  headers: 5000,
  /** Bytes of a malformed line among the headers that is still treated as a header. */
  brokenField: 200,
  /** MIME parts of one mail, at all levels. */
  parts: 1000,
  /** Nesting depth of multiparts and forwarded messages. */
  depth: 20,
  /** Message ids taken from `In-Reply-To` and `References`. */
  references: 1000,
  /** Characters of names, subjects, addresses and message ids. */
  name: 255,
  /** Characters of a subject that are searched for prefixes. */
  subject: 4096,
  /** Characters of one header value that is decoded or parsed. */
  headerValue: 64 * 1024,
  /** List headers of one kind that are read. */
  listIds: 20,
  /** Addresses in `Reply-To` and `Cc` that are searched for the sender behind a list's address. */
  addresses: 200,
  /** `Depends-on:` lines of one mail. */
  dependencies: 100,
} as const

/** Adds a problem once; `problems` stays short for any mail. */
export function addProblem(problems: string[], sentence: string): void {
  if (!problems.includes(sentence)) problems.push(sentence)
}

/** Truncates a name, a subject, an address or a message id to the stored length. */
export function truncateName(text: string): string {
  return truncate(text, LIMITS.name)
}
