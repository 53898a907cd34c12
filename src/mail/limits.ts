import { truncate } from '../util/text.js'

/**
 * How much of a mail is read. A stranger decides about its size, its depth and its count of everything;
 * what lies beyond these is cut or left out, and the mail's `problems` say so.
 */
export const LIMITS = {
  /** Bytes of one mail; what follows is cut. */
  mailBytes: 64 * 1024 * 1024,
  /** Bytes of the header section of a mail or of a part. */
  headerBytes: 1024 * 1024,
  /** Headers of a mail or of a part. */
  headers: 5000,
  /** Bytes of a line among the headers that is none, but may have been meant as one. */
  brokenField: 200,
  /** MIME parts of one mail, however nested. */
  parts: 1000,
  /** Multiparts and forwarded messages within each other. */
  depth: 20,
  /** Message ids taken from `In-Reply-To` and `References`. */
  references: 1000,
  /** Characters of names, subjects, addresses and message ids. */
  name: 255,
  /** Characters of one header value that is decoded or taken apart. */
  headerValue: 64 * 1024,
  /** List headers of one kind that are read. */
  listIds: 20,
  /** Addresses looked at in `Reply-To` and `Cc` for the sender behind a list's address. */
  addresses: 200,
  /** `Depends-on:` lines of one mail. */
  dependencies: 100,
} as const

/** Tells once what became of a mail; `problems` stays short whatever the mail is made of. */
export function addProblem(problems: string[], sentence: string): void {
  if (!problems.includes(sentence)) problems.push(sentence)
}

/** The beginning of a name, a subject, an address or a message id: as much as is kept. */
export function truncateName(text: string): string {
  return truncate(text, LIMITS.name)
}
