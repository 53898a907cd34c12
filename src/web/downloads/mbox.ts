import type { Database } from '../../db/schema.js'
import { listDownloads } from '../../domain/patches/mbox-queries.js'
import { projectsWith } from '../../domain/projects/queries.js'
import { b4TrailersOf } from '../../domain/trailers/b4.js'
import { formatArchiveMail } from '../../mail/mbox/archive-mail.js'
import { formatMbox, formatPosted, type MboxInput, replyTrailers } from '../../mail/mbox/writer.js'

/** Characters of the trailers that the replies of one mail add to it. */
const MAX_TRAILERS = 1_000_000

/** All that a download needs of a reply, however long that is. */
function trailersOf(reply: string): string {
  return replyTrailers(reply).join('\n')
}

function upTo(most: number, texts: readonly string[]): string[] {
  let room = most
  return texts.filter((text) => (room -= text.length) >= 0)
}

/** How many mails are in memory at once, and about how many bytes of their stored texts. */
interface GroupLimit {
  readonly mails: number
  readonly bytes: number
}

const GROUP: GroupLimit = { mails: 100, bytes: 4 * 1024 * 1024 }

/** The first group of many is small, so that a client has its beginning at once. */
const FIRST_GROUP: GroupLimit = { mails: 10, bytes: 256 * 1024 }

/** Some mails that are read and written together. */
export interface MailGroup {
  readonly ids: readonly number[]
  readonly bytes: number
}

/** A mail to be written, and the bytes of its stored texts. */
export interface SizedMail {
  readonly id: number
  readonly bytes: number
}

/**
 * Puts mails into groups, in their order; one that is larger than a group is one of its own. What does not fit into one
 * group begins with a small one.
 */
export function groupMails(mails: readonly SizedMail[]): MailGroup[] {
  const groups = groupsWithin(GROUP, mails)
  if (groups.length <= 1) return groups
  const beginning = groupsWithin(FIRST_GROUP, mails).slice(0, 1)
  return [...beginning, ...groupsWithin(GROUP, mails.slice(beginning[0]?.ids.length))]
}

function groupsWithin(limit: GroupLimit, mails: readonly SizedMail[]): MailGroup[] {
  const groups: { ids: number[]; bytes: number }[] = []
  for (const { id, bytes } of mails) {
    const last = groups.at(-1)
    if (last && last.ids.length < limit.mails && last.bytes + bytes <= limit.bytes) {
      last.ids.push(id)
      last.bytes += bytes
    } else groups.push({ ids: [id], bytes })
  }
  return groups
}

/**
 * The forms of downloads: with the trailers of replies, with those that b4 would add, as posted (never changing, `formatPosted`), or as posted for an
 * archive.
 */
export type DownloadForm = 'replies' | 'b4' | 'posted' | 'archive'

const FORMATS: Record<DownloadForm, (input: MboxInput) => string> = {
  replies: (input) => formatMbox(input),
  b4: (input) => formatMbox(input),
  posted: formatPosted,
  archive: formatArchiveMail,
}

/** Patches or covers as mails of an mbox by their numbers, in the order of `ids`. */
export async function formatMails(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
  form: DownloadForm,
): Promise<Map<number, string>> {
  const mails = new Map<number, string>()
  const rows = await listDownloads(db, kind, ids, form === 'replies' ? trailersOf : undefined)
  const b4Trailers = form === 'b4' && kind === 'patch' ? await b4TrailersOf(db, ids) : undefined
  const projects = await projectsWith(
    db,
    rows.map(({ project_id }) => project_id),
  )
  for (const row of rows) {
    const input = {
      id: row.id,
      date: row.date,
      submitter: { name: row.submitter_name, email: row.submitter_email },
      delegate: row.delegate_email ?? undefined,
      listEmail: projects.get(row.project_id)?.list_email ?? '',
      headers: row.headers,
      content: row.content,
      above: row.above_diff,
      diff: row.diff,
      diffBytes: row.diff_bytes === null ? undefined : Buffer.from(row.diff_bytes, 'base64'),
      replies: form === 'archive' ? undefined : upTo(MAX_TRAILERS, row.replies),
      b4Trailers: b4Trailers?.get(row.id) ?? (b4Trailers && []),
    }
    mails.set(row.id, FORMATS[form](input))
  }
  return mails
}
