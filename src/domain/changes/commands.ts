import { canEditCover, canEditPatch, canEditProject } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { type Actor, permissionsOf } from '../actor.js'
import { reviewSuperseded } from '../automation/superseded.js'
import { type EditablePatch, readEditable, writePatches } from '../patches/updates.js'
import { type EditableSeries, readEditableSeries } from '../series/queries.js'
import { readDecisions, writeDecision } from '../topics/decisions.js'
import { type BatchRow, batchesById, type ItemRow, itemsByBatch, listChangedSince } from './queries.js'
import { Restorable } from './restorable.js'
import { currentValue, type PatchValues, patchChange, valueAfter, valueBefore } from './rules.js'
import { markUndone, type NewItem, recordBatch } from './updates.js'

/** Takes back changes of patches and series. */

/** A change that was not taken back, and why. */
export interface KeptItem extends ItemRow {
  readonly reason: string
}

/** What became of an undo. */
export interface Undone {
  /** The batch by which the undo can be undone; undefined if it changed nothing. */
  readonly id: number | undefined
  /** The changes that were taken back, as the batch had made them. */
  readonly undone: readonly ItemRow[]
  readonly kept: readonly KeptItem[]
}

/**
 * Takes back a batch, as far as its fields still have what it set and nobody changed them since. For maintainers of
 * the project, and for the user who made it where they may still change the patch. Throws NotFound and Forbidden.
 */
export async function undoBatch(
  database: Database,
  actor: Actor,
  projectId: number,
  id: number,
): Promise<Undone> {
  return await transaction(database, async (db) => {
    const [batch] = await batchesById(db, [id])
    if (!batch || batch.project_id !== projectId) throw new NotFound('No Change matches the given query.')
    const mayEdit = await permissionToUndo(db, actor, batch)
    const items = await itemsByBatch(db, [id])
    const current = await readCurrent(db, items)
    const restorable = await Restorable.read(db, projectId, items)
    const since = new Set((await listChangedSince(db, id)).map(keyOf))
    const undone: ItemRow[] = []
    const kept: KeptItem[] = []
    for (const item of items) {
      const reason = reasonToKeep(item, { current, restorable, since, mayEdit })
      if (reason === undefined) undone.push(item)
      else kept.push({ ...item, reason })
    }
    return { id: await restore(db, actor, batch, undone, current), undone, kept }
  })
}

/** Whether the actor may undo a change of what is `subject` now. */
type MayEdit = (item: ItemRow, subject: EditablePatch | EditableSeries | undefined) => boolean

/** Throws Forbidden for those who neither maintain the project nor made the batch. */
async function permissionToUndo(db: Database, actor: Actor, batch: BatchRow): Promise<MayEdit> {
  const permit = await permissionsOf(db, actor, 'states')
  if (permit((viewer) => canEditProject(viewer, { id: batch.project_id }))) return () => true
  if (actor.id === null || batch.actor_id !== actor.id) throw new Forbidden()
  return (item, subject) => {
    if (!subject) return false
    if (!('delegate_id' in subject)) return permit((viewer) => canEditCover(viewer, subject))
    // Who delegated a patch to somebody else may take that back.
    const before = item.field === 'delegate' ? { ...subject, delegate_id: item.before } : subject
    return permit((viewer) => canEditPatch(viewer, subject) || canEditPatch(viewer, before))
  }
}

/** What the fields of a batch have now. */
interface Current {
  readonly patches: ReadonlyMap<number, EditablePatch>
  readonly series: ReadonlyMap<number, EditableSeries>
  /** The decisions on the version before some series. */
  readonly decisions: ReadonlyMap<number, number>
}

async function readCurrent(db: Database, items: readonly ItemRow[]): Promise<Current> {
  const patches = await readEditable(db, [...new Set(items.flatMap(({ patch_id }) => patch_id ?? []))])
  const series = [...new Set(items.flatMap(({ series_id }) => series_id ?? []))]
  return {
    patches: new Map(patches.map((patch) => [patch.id, patch])),
    series: new Map((await readEditableSeries(db, series)).map((row) => [row.id, row])),
    decisions: await readDecisions(db, series),
  }
}

interface Facts {
  readonly current: Current
  readonly restorable: Restorable
  readonly since: ReadonlySet<string>
  readonly mayEdit: MayEdit
}

function reasonToKeep(item: ItemRow, { current, restorable, since, mayEdit }: Facts): string | undefined {
  const patch = item.patch_id === null ? undefined : current.patches.get(item.patch_id)
  if (!mayEdit(item, patch ?? current.series.get(item.series_id ?? 0)))
    return `You may not change this ${item.patch_id === null ? 'series' : 'patch'}.`
  const now = currentValue(item, patch, current.decisions)
  const before = valueBefore(item)
  if (item.undone_id !== null && now === before) return 'It was already undone.'
  if (now === before) return 'It already has its earlier value.'
  if (now !== valueAfter(item)) return 'It was changed since.'
  if (since.has(keyOf(item))) return 'It was changed since, and then set to the same value again.'
  return restorable.problemOf(item)
}

function keyOf({ patch_id, series_id, field }: Pick<ItemRow, 'patch_id' | 'series_id' | 'field'>): string {
  return `${patch_id} ${series_id} ${field}`
}

/** Writes the earlier values, as a batch of its own. */
async function restore(
  db: Database,
  actor: Actor,
  batch: BatchRow,
  items: readonly ItemRow[],
  { patches }: Current,
): Promise<number | undefined> {
  await restorePatches(db, actor, items, patches)
  const linked = items.flatMap(({ series_id, before, after }) =>
    [series_id, before, after].flatMap((id) => id || []),
  )
  for (const { series_id, before } of items)
    if (series_id !== null) await writeDecision(db, series_id, before, actor.time)
  const origin = batch.origin_id ?? batch.id
  // A batch that is not an undo, or makes the changes of an undone one again, is undone; an undo is redone.
  const isRedo = batch.origin_id !== null && batch.is_redo === 0
  const undoes = { id: batch.id, origin, isRedo }
  const id = await recordBatch(db, actor, batch.project_id, items.map(reversed), { undoes })
  if (id !== undefined) await markUndone(db, undoes, id, items)
  if (items.some(({ series_id }) => series_id !== null)) await reviewSuperseded(db, linked, actor)
  return id
}

function reversed({ patch_id, series_id, field, ...item }: ItemRow): NewItem {
  const texts = { before_text: item.after_text, after_text: item.before_text }
  const values = { field, before: item.after, after: item.before, ...texts }
  return patch_id === null ? { ...values, series_id: series_id as number } : { ...values, patch_id }
}

/** Patches that get the same values are written at once. */
async function restorePatches(
  db: Database,
  actor: Actor,
  items: readonly ItemRow[],
  patches: ReadonlyMap<number, EditablePatch>,
): Promise<void> {
  const values = new Map<number, PatchValues>()
  for (const item of items)
    if (item.patch_id !== null)
      values.set(item.patch_id, { ...values.get(item.patch_id), [item.field]: valueBefore(item) })
  const groups = Map.groupBy(values, ([, wanted]) => JSON.stringify(wanted))
  for (const group of groups.values()) {
    const [first] = group
    const own = group.flatMap(([id]) => patches.get(id) ?? [])
    if (first) await writePatches(db, own, patchChange(first[1]), actor)
  }
}
