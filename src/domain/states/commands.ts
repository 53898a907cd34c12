import { canAdminister } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { NotFound } from '../../util/errors.js'
import { type Actor, requirePermission } from '../actor.js'
import { type AuditKind, recordChange } from '../audit/updates.js'
import { type Expected, requireExpected } from '../expectation.js'
import { type Rules, requireRules } from '../rule.js'
import { readTags } from '../tags/queries.js'
import { deleteTag, insertTag, type TagChange, updateTag } from '../tags/updates.js'
import { readStates } from './queries.js'
import { STATE_RULES, TAG_RULES } from './rules.js'
import { deleteState, insertState, moveState, type StateChange, updateState } from './updates.js'

/** States and tags as administrators change them: each change with its line in the audit trail. */

interface Row {
  id: number
  name: string
}

/** A small table whose rows have a number and a name. */
interface Table<Change extends { name: string }> {
  readonly kind: AuditKind
  readonly rules: Rules
  readonly list: (db: Database) => Promise<readonly Row[]>
  readonly insert: (db: Database, change: Change) => Promise<void>
  readonly update: (db: Database, id: number, change: Change) => Promise<void>
  readonly remove: (db: Database, id: number) => Promise<boolean>
}

/** The changes of such a table. */
export interface AuditedTable<Change> {
  /** Throws Invalid for what breaks a rule, and what the database throws if another row is in the way. */
  add(database: Database, actor: Actor, row: Change): Promise<void>
  /** The same; throws NotFound as well, and EditConflict if a field is not as `expected`. */
  change(
    database: Database,
    actor: Actor,
    id: number,
    change: Partial<Change>,
    expected?: Expected<Change>,
  ): Promise<void>
  /** Deletes what nothing has; says whether it did. Throws NotFound. */
  remove(database: Database, actor: Actor, id: number): Promise<boolean>
}

function audited<Change extends { name: string }>(table: Table<Change>): AuditedTable<Change> {
  const { kind, rules, list, insert, update, remove } = table
  const getRow = async (db: Database, id: number) => {
    const row = (await list(db)).find((each) => each.id === id)
    if (!row) throw new NotFound()
    const { id: _, ...fields } = row
    return fields as Change
  }
  return {
    async add(database, actor, row) {
      requireRules(rules, row)
      await transaction(database, async (db) => {
        await requirePermission(db, actor, 'admin', canAdminister)
        await insert(db, row)
        await recordChange(db, actor, { action: 'add', kind, name: row.name, after: { ...row } })
      })
    },
    async change(database, actor, id, change, expected = {}) {
      await transaction(database, async (db) => {
        await requirePermission(db, actor, 'admin', canAdminister)
        const before = await getRow(db, id)
        requireExpected(before, change, expected)
        requireRules(rules, change, { ...before })
        const after = { ...before, ...change }
        await update(db, id, after)
        const what = { kind, name: before.name, before: { ...before } }
        await recordChange(db, actor, { ...what, action: 'change', after })
      })
    },
    async remove(database, actor, id) {
      return await transaction(database, async (db) => {
        await requirePermission(db, actor, 'admin', canAdminister)
        const before = await getRow(db, id)
        if (!(await remove(db, id))) return false
        return await recordChange(db, actor, {
          action: 'remove',
          kind,
          name: before.name,
          before: { ...before },
        })
      })
    },
  }
}

export const STATES: AuditedTable<StateChange> = audited<StateChange>({
  kind: 'state',
  rules: STATE_RULES,
  list: readStates,
  insert: insertState,
  update: updateState,
  remove: deleteState,
})

export const TAGS: AuditedTable<TagChange> = audited<TagChange>({
  kind: 'tag',
  rules: TAG_RULES,
  list: readTags,
  insert: insertTag,
  update: updateTag,
  remove: deleteTag,
})

/** Moves a state one place up or down; says whether there was one. Throws NotFound. */
export async function moveStateBy(
  database: Database,
  actor: Actor,
  id: number,
  way: 'up' | 'down',
): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requirePermission(db, actor, 'admin', canAdminister)
    const states = await readStates(db)
    const at = states.findIndex((state) => state.id === id)
    const [state, other] = [states[at], states[way === 'up' ? at - 1 : at + 1]]
    if (!state) throw new NotFound()
    if (!other) return false
    await moveState(db, state, other)
    const [before, after] = [{ place: at + 1 }, { place: states.indexOf(other) + 1 }]
    return await recordChange(db, actor, { action: 'change', kind: 'state', name: state.name, before, after })
  })
}
