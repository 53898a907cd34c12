import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'

/** One change that no letter to the submitter has named yet. */
export interface PendingChange {
  patch_id: number
  name: string
  msgid: string
  link_name: string
  project_name: string
  list_archive_url_format: string
  before: string
  now: string
}

/** Submitters of whose patches none has changed since a time, but some have before. */
export async function listQuietSubmitters(
  db: Database,
  since: Time,
  limit: number,
): Promise<{ id: number; email: string }[]> {
  return await db
    .selectFrom('pending_notifications')
    .innerJoin('patches', 'patches.id', 'pending_notifications.patch_id')
    .innerJoin('people', 'people.id', 'patches.submitter_id')
    .select(['people.id', 'people.email'])
    .groupBy(['people.id', 'people.email'])
    .having((eb) => eb.fn.max('pending_notifications.last_modified'), '<=', since)
    .orderBy('people.id')
    .limit(limit)
    .execute()
}

/**
 * Takes what a submitter is to be told of: it is pending no more. Left out is what came to nothing: patches that
 * are back in the state that they had, and those of projects that send no mail any more. Nothing is taken if one of
 * them has changed since the time.
 */
export async function claimPendingChanges(
  db: Database,
  submitter: number,
  since: Time,
): Promise<PendingChange[]> {
  const rows = await db
    .selectFrom('pending_notifications')
    .innerJoin('patches', 'patches.id', 'pending_notifications.patch_id')
    .innerJoin('projects', 'projects.id', 'patches.project_id')
    .innerJoin('states as before', 'before.id', 'pending_notifications.orig_state_id')
    .innerJoin('states as now', 'now.id', 'patches.state_id')
    .select([
      'patches.id as patch_id',
      'patches.name',
      'patches.msgid',
      'before.name as before',
      'now.name as now',
    ])
    .select(['projects.link_name', 'projects.name as project_name', 'projects.list_archive_url_format'])
    .select(['pending_notifications.last_modified', 'projects.send_notifications'])
    .where('patches.submitter_id', '=', submitter)
    .orderBy('patches.id')
    .execute()
  if (rows.some(({ last_modified }) => last_modified > since)) return []
  const ids = rows.map(({ patch_id }) => patch_id)
  await db
    .deleteFrom('pending_notifications')
    .where(capabilities(db).anyOf(sql.ref('patch_id'), ids))
    .execute()
  return rows.filter(({ before, now, send_notifications }) => before !== now && send_notifications === 1)
}
