import type { Database } from '../db/schema.js'
import { formatMbox, type MboxForm } from '../mail/mbox.js'
import { listDownloads } from '../store/download.js'
import { listProjects } from '../store/project.js'

/**
 * Patches or covers as mails of an mbox by their numbers, in the order of `ids`: with the trailers of their replies,
 * or in the form `mboxrd` as they were posted.
 */
export async function formatMails(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
  form: MboxForm = 'mbox',
): Promise<Map<number, string>> {
  const projects = new Map((await listProjects(db)).map((project) => [project.id, project]))
  const mails = new Map<number, string>()
  for (const row of await listDownloads(db, kind, ids)) {
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
      replies: form === 'mbox' ? row.replies : undefined,
    }
    mails.set(row.id, formatMbox(input, form))
  }
  return mails
}
