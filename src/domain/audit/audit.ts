import type { Selectable } from 'kysely'
import type { Database } from '../../db/schema.js'
import type { AuditTable } from '../../db/upkeep-tables.js'
import type { Actor } from '../actor.js'

export type AuditKind =
  | 'project'
  | 'maintainer'
  | 'delegation rule'
  | 'user'
  | 'token'
  | 'person'
  | 'opt-out'
  | 'state'
  | 'tag'
  | 'mail'
  | 'outgoing mail'
  | 'patches'

/** What a field can hold; flags are written as numbers. */
export type FieldValue = string | number | null

type Fields = Readonly<Record<string, FieldValue | boolean | undefined>>

/** One change: what it was of, and its fields before and after; neither for what has no fields. */
export interface Change {
  readonly action:
    | 'add'
    | 'change'
    | 'remove'
    | 'end sessions'
    | 'retry'
    | 'cancel'
    | 'retag'
    | 'rehash'
    | 'reparse'
  readonly kind: AuditKind
  readonly name: string
  readonly projectId?: number | undefined
  readonly before?: Fields
  readonly after?: Fields
}

/** What a field was and is; absent where there was or is none. */
export interface FieldChange {
  from?: FieldValue
  to?: FieldValue
}

/** Fields whose values are nobody's business: of these it is noted only that they changed. */
const SECRET: ReadonlySet<string> = new Set(['password', 'token'])

/**
 * Notes a change, to be called in the transaction that makes it. What changed nothing is not noted; says whether it
 * was.
 */
export async function recordChange(db: Database, actor: Actor, change: Change): Promise<boolean> {
  const { action, kind, name, projectId = null, before = {}, after = {} } = change
  const fields = differences(before, after)
  if (action === 'change' && Object.keys(fields).length === 0) return false
  await db
    .insertInto('audit')
    .values({
      time: actor.time,
      actor: actor.name,
      actor_id: actor.id,
      way: actor.way,
      action,
      kind,
      name,
      project_id: projectId,
      change: JSON.stringify(fields),
    })
    .execute()
  return true
}

/** The fields whose values differ; flags are equal as numbers and as booleans. */
function differences(before: Fields, after: Fields): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {}
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [plain(before[name]), plain(after[name])]
    if (from === to) continue
    if (SECRET.has(name)) changes[name] = {}
    else changes[name] = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  }
  return changes
}

function plain(value: Fields[string]): FieldValue | undefined {
  return typeof value === 'boolean' ? Number(value) : value
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
