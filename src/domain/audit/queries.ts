import type { Selectable } from 'kysely'
import type { Database } from '../../db/schema.js'
import type { AuditTable } from '../../db/upkeep-tables.js'

/** What a field can hold; flags are written as numbers. */
export type FieldValue = string | number | null

/** What a field was and is; absent where there was or is none. */
export interface FieldChange {
  from?: FieldValue
  to?: FieldValue
}

/** A row of the trail, with what changed as it is to be read. */
export interface AuditEntry extends Omit<Selectable<AuditTable>, 'change'> {
  readonly changes: Readonly<Record<string, FieldChange>>
}

/** Changes, the newest first, from before a number on; of one project or of everything. */
export async function listChanges(
  db: Database,
  {
    projectId,
    before,
    limit,
  }: { projectId?: number | undefined; before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit)
  if (projectId !== undefined) query = query.where('project_id', '=', projectId)
  if (before !== undefined) query = query.where('id', '<', before)
  const rows = await query.execute()
  return rows.map(({ change, ...row }) => ({ ...row, changes: JSON.parse(change) as AuditEntry['changes'] }))
}
