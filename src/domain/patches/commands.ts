import type { Updateable } from 'kysely'
import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, PatchTable, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../util/errors.js'
import { insertEvents, type NewEvent } from '../events/events.js'
import { listProjects } from '../projects/projects.js'

/** What people change of patches. */
export type PatchChange = Pick<
  Updateable<PatchTable>,
  'state_id' | 'delegate_id' | 'archived' | 'commit_ref' | 'pull_url'
>

interface Changeable {
  id: number
  project_id: number
  state_id: number
  delegate_id: number | null
  archived: number
}

/** What the patches were when somebody decided to change them; what is absent does not matter. */
export type PatchExpectation = Partial<Pick<Changeable, 'state_id' | 'delegate_id' | 'archived'>>

const EXPECTED = { state_id: 'state', delegate_id: 'delegate', archived: 'archive mark' } as const

/** Throws Conflict if another value was written since, unless it is the one that is wanted. */
function requireExpected(rows: readonly Changeable[], expected: PatchExpectation, change: PatchChange): void {
  for (const key of ['state_id', 'delegate_id', 'archived'] as const) {
    const [before, after] = [expected[key], change[key]]
    if (before === undefined || after === undefined) continue
    const wanted = typeof after === 'boolean' ? Number(after) : after
    if (rows.some((row) => row[key] !== before && row[key] !== wanted))
      throw new Conflict(
        `Somebody else changed the ${EXPECTED[key]} in the meantime, so that nothing of yours was saved. Look at what it is now, and choose again.`,
      )
  }
}

/** Those of some numbers that patches have. */
export async function existingPatches(db: Database, ids: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('patches')
    .select('id')
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids))
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Changes patches, records for each what became different, in the order of `ids`, and queues the letters to
 * their submitters where the project sends any. `actor` is the user who does it; null: a mail did. Throws Conflict,
 * and changes nothing, if a patch is not what `expected` says.
 */
export async function updatePatches(
  database: Database,
  ids: readonly number[],
  change: PatchChange,
  actor: number | null,
  now: Time,
  expected: PatchExpectation = {},
): Promise<void> {
  if (ids.length === 0 || Object.keys(change).length === 0) return
  await transaction(database, async (db) => {
    const isOneOf = capabilities(db).anyOf(sql.ref('id'), ids)
    const rows: Changeable[] = await db
      .selectFrom('patches')
      .select(['id', 'project_id', 'state_id', 'delegate_id', 'archived'])
      .where(isOneOf)
      .execute()
    requireExpected(rows, expected, change)
    await db.updateTable('patches').set(change).where(isOneOf).execute()
    const before = new Map(rows.map((row) => [row.id, row]))
    const patches = ids.flatMap((id) => before.get(id) ?? [])
    await queueNotifications(db, patches, change.state_id, now)
    await insertEvents(
      db,
      patches.flatMap((patch) => eventsOf(patch, change, actor, now)),
    )
  })
}

function eventsOf(patch: Changeable, change: PatchChange, actor: number | null, date: Time): NewEvent[] {
  const about = { project_id: patch.project_id, patch_id: patch.id, actor_id: actor, date }
  const events: NewEvent[] = []
  if (change.state_id !== undefined && change.state_id !== patch.state_id)
    events.push({
      ...about,
      category: 'patch-state-changed',
      previous_state_id: patch.state_id,
      current_state_id: change.state_id,
    })
  if (change.delegate_id !== undefined && change.delegate_id !== patch.delegate_id)
    events.push({
      ...about,
      category: 'patch-delegated',
      previous_delegate_id: patch.delegate_id,
      current_delegate_id: change.delegate_id,
    })
  return events
}

const queue = prepare<{ patch_id: number; orig_state_id: number; last_modified: Time }, never>(
  (db, { patch_id, orig_state_id, last_modified }) =>
    db
      .insertInto('pending_notifications')
      .values({ patch_id, orig_state_id, last_modified })
      .onConflict((conflict) => conflict.column('patch_id').doUpdateSet({ last_modified })),
)

/** A submitter hears once of all changes within a while, and not of one that was taken back meanwhile. */
async function queueNotifications(
  db: Database,
  patches: readonly Changeable[],
  state: number | undefined,
  now: Time,
): Promise<void> {
  if (state === undefined) return
  const projects = await listProjects(db)
  const telling = new Set(
    projects.filter(({ send_notifications }) => send_notifications === 1).map(({ id }) => id),
  )
  const rows = patches
    .filter(({ project_id, state_id }) => state_id !== state && telling.has(project_id))
    .map(({ id, state_id }) => ({ patch_id: id, orig_state_id: state_id, last_modified: now }))
  if (rows.length === 0) return
  for (const row of rows) await queue(db, row)
  const ids = rows.map(({ patch_id }) => patch_id)
  await db
    .deleteFrom('pending_notifications')
    .where(capabilities(db).anyOf(sql.ref('patch_id'), ids))
    .where('orig_state_id', '=', state)
    .execute()
}
