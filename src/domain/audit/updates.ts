import type { Database } from '../../db/schema.js'
import type { Actor } from '../actor.js'
import type { FieldChange, FieldValue } from './queries.js'

export type AuditKind =
  | 'project'
  | 'maintainer'
  | 'checker'
  | 'tree'
  | 'webhook'
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
  | 'series'

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
    | 'relink'
    | 'recheck'
  readonly kind: AuditKind
  readonly name: string
  readonly projectId?: number | undefined
  readonly before?: Fields
  readonly after?: Fields
}

/** Fields whose values are nobody's business: of these it is noted only that they changed. */
const SECRET: ReadonlySet<string> = new Set(['password', 'token', 'secret'])

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
