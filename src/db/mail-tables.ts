import type { Generated } from 'kysely'
import type { Time } from '../util/time.js'

/** One received mail and its outcome. */
export interface MailTable {
  id: Generated<number>
  received: Time
  /** The way it came. */
  source: string
  /** The list that the transport named; empty where its headers say. */
  list_id: string
  /** SHA-256 of its bytes, base64url. */
  digest: string
  /** Bytes, uncompressed. */
  size: number
  /** `pending` until it has been looked at. */
  outcome: string
  reason: string | null
  /** With its angle brackets; like what follows, known once it has been looked at. */
  msgid: string | null
  subject: string | null
  /** Its `From`, decoded. */
  sender: string | null
  /** Digest of its content: two mails with the same message id but different digests are different mails. */
  essence: string | null
  /** `conflict` or `deleted`: what an administrator should know of. */
  flag: string | null
  project_id: number | null
  /** The patch that it is, or that it is a comment on; `cover_id` likewise. */
  patch_id: number | null
  cover_id: number | null
  comment_id: number | null
  /** How often it was taken up again after processing was interrupted. */
  attempts: Generated<number>
}

/** Message ids that a reply answers and that may arrive later; deleted when it is too late for that. */
export interface MailReferenceTable {
  mail_id: number
  project_id: number
  msgid: string
  received: Time
}

/** The bytes of a mail, by themselves so that nothing rewrites them. */
export interface MailRawTable {
  mail_id: number
  /** Compressed by zstd. */
  raw: Buffer
}

/** How far we have read what mail is fetched from. */
export interface MailPositionTable {
  source: string
  position: string
}

/** The journal of received mail. */
export interface MailTables {
  mails: MailTable
  mail_raws: MailRawTable
  mail_references: MailReferenceTable
  mail_positions: MailPositionTable
}
