import type { Database } from '../db/schema.js'
import { formatMbox } from '../mail/mbox.js'
import { listDownloads } from '../store/download.js'
import { listProjects } from '../store/project.js'

/** Patches or covers as mails of an mbox by their numbers, in the order of `ids`. */
export async function formatMails(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
): Promise<Map<number, string>> {
  const projects = new Map((await listProjects(db)).map((project) => [project.id, project]))
  const mails = new Map<number, string>()
  for (const row of await listDownloads(db, kind, ids)) {
    const mail = formatMbox({
      id: row.id,
      date: row.date,
      submitter: { name: row.submitter_name, email: row.submitter_email },
      delegate: row.delegate_email ?? undefined,
      listEmail: projects.get(row.project_id)?.list_email ?? '',
      headers: row.headers,
      content: row.content,
      diff: row.diff,
      replies: row.replies,
    })
    mails.set(row.id, mail)
  }
  return mails
}
