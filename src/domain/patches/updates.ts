import { sql, type Updateable } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { inOrder } from '../../db/pagination.js'
import { prepare } from '../../db/prepared.js'
import type { Database, PatchTable, Time } from '../../db/schema.js'
import { EditConflict } from '../../util/errors.js'
import type { Actor } from '../actor.js'
import { type NewItem, type Origin, recordBatch } from '../changes/updates.js'
import { insertEvents, type NewEvent } from '../events/updates.js'
import { changedFields } from '../expectation.js'
import { listProjects } from '../projects/queries.js'

/** What people change of patches. */
export type PatchChange = Pick<
  Updateable<PatchTable>,
  'state_id' | 'delegate_id' | 'archived' | 'commit_ref' | 'pull_url'
>

/** What of a patch people change, and what goes with it. */
export interface Changeable {
  id: number
  project_id: number
  state_id: number
  delegate_id: number | null
  archived: number
  commit_ref: string | null
}

/** The same, with what decides who may change it. */
export interface EditablePatch extends Changeable {
  /** The account of the submitter, if they have one. */
  submitter_user_id: number | null
}

/** What a patch was when somebody decided to change it; what is absent does not matter. */
export type PatchExpectation = Partial<Pick<Changeable, 'state_id' | 'delegate_id' | 'archived'>>

/** Somebody else changed some of the patches that were to be changed. */
export class PatchConflict extends EditConflict {
  /** Those patches, as they are now. */
  readonly patches: readonly Changeable[]

  constructor(fields: readonly string[], patches: readonly [Changeable, ...Changeable[]]) {
    super(fields, patches[0])
    this.patches = patches
  }
}

/** Throws PatchConflict if another value was written since, unless it is the one that is wanted. */
function requireAsShown(
  rows: readonly Changeable[],
  change: PatchChange,
  expected: ReadonlyMap<number, PatchExpectation>,
): void {
  const differing = rows.map((row) => ({
    row,
    fields: changedFields(row, change, expected.get(row.id) ?? {}),
  }))
  const conflicts = differing.filter(({ fields }) => fields.length > 0)
  const [first, ...rest] = conflicts.map(({ row }) => row)
  if (first)
    throw new PatchConflict([...new Set(conflicts.flatMap(({ fields }) => fields))], [first, ...rest])
}

const editable = byIds<EditablePatch>((db, ids) =>
  db
    .selectFrom('patches')
    .innerJoin('people', 'people.id', 'patches.submitter_id')
    .select([
      'patches.id',
      'patches.project_id',
      'patches.state_id',
      'patches.delegate_id',
      'patches.archived',
      'patches.commit_ref',
    ])
    .select('people.user_id as submitter_user_id')
    .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)),
)

/** What decides who may change some patches, and what they are before; in the order of `ids`. */
export async function readEditable(db: Database, ids: readonly number[]): Promise<EditablePatch[]> {
  return inOrder(ids, await editable(db, ids))
}

interface UpdateOptions {
  /** What the patches were when somebody decided to change them. */
  readonly expected?: ReadonlyMap<number, PatchExpectation> | undefined
  readonly origin?: Origin | undefined
}

/**
 * Writes a change of patches within a transaction, records for each what became different, and queues the letters to
 * their submitters where the project sends any. `patches` is what they are before. Returns the ids of the batches by
 * which it can be undone. Throws PatchConflict, and changes nothing, if a patch is not what `expected` says of its
 * number.
 */
export async function updatePatches(
  db: Database,
  patches: readonly Changeable[],
  change: PatchChange,
  actor: Actor,
  { expected = new Map(), origin }: UpdateOptions = {},
): Promise<number[]> {
  if (patches.length === 0 || Object.keys(change).length === 0) return []
  requireAsShown(patches, change, expected)
  return await updatePatchGroups(db, [{ patches, change }], actor, origin)
}

/** Patches that change in the same way. */
export interface PatchGroup {
  readonly patches: readonly Changeable[]
  readonly change: PatchChange
}

/** The same for groups of patches that change in different ways, as one change. */
export async function updatePatchGroups(
  db: Database,
  groups: readonly PatchGroup[],
  actor: Actor,
  origin?: Origin,
): Promise<number[]> {
  for (const { patches, change } of groups) await writePatches(db, patches, change, actor)
  const changes = groups.flatMap(({ patches, change }) => changesOf(patches, change))
  return await recordPatchChanges(db, actor, changes, origin)
}

/** Writes a change of patches with its events and letters, but does not record it for an undo. */
export async function writePatches(
  db: Database,
  patches: readonly Changeable[],
  change: PatchChange,
  { id: actor, time }: Pick<Actor, 'id' | 'time'>,
): Promise<void> {
  const ids = patches.map(({ id }) => id)
  await db
    .updateTable('patches')
    .set(change)
    .where(capabilities(db).anyOf(sql.ref('id'), ids))
    .execute()
  await queueNotifications(db, patches, change.state_id, time)
  await insertEvents(
    db,
    patches.flatMap((patch) => eventsOf(patch, change, actor, time)),
  )
}

/** A field of a patch that became different. */
interface ChangedField {
  readonly project: number
  readonly item: NewItem
}

/** The fields that can be undone, by their names in the records. */
const UNDOABLE = { state: 'state_id', delegate: 'delegate_id', archived: 'archived' } as const

function changesOf(patches: readonly Changeable[], change: PatchChange): ChangedField[] {
  return patches.flatMap((patch) => [
    ...commitChanges(patch, change),
    ...(['state', 'delegate', 'archived'] as const).flatMap((field): ChangedField[] => {
      const [before, after] = [patch[UNDOABLE[field]], change[UNDOABLE[field]]]
      if (after === undefined || Number(after) === Number(before)) return []
      const item = { patch_id: patch.id, field, before, after: after === null ? null : Number(after) }
      return [{ project: patch.project_id, item }]
    }),
  ])
}

function commitChanges(patch: Changeable, { commit_ref: wanted }: PatchChange): ChangedField[] {
  if (wanted === undefined || wanted === patch.commit_ref) return []
  const texts = { before_text: patch.commit_ref, after_text: wanted }
  const item = { patch_id: patch.id, field: 'commit_ref', before: null, after: null, ...texts } as const
  return [{ project: patch.project_id, item }]
}

/** A batch for each project. */
async function recordPatchChanges(
  db: Database,
  actor: Actor,
  changes: readonly ChangedField[],
  origin: Origin | undefined,
): Promise<number[]> {
  const batches: number[] = []
  for (const [project, fields] of Map.groupBy(changes, (change) => change.project)) {
    const items = fields.map(({ item }) => item)
    const id = await recordBatch(db, actor, project, items, origin)
    if (id !== undefined) batches.push(id)
  }
  return batches
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

/** A submitter gets one letter about all changes within a while; a change that was taken back is left out. */
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
