import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { insertEvents } from '../events/updates.js'
/** Patches that one is related to; each change of a relation tells the submitters of all. */
export const MAX_RELATED = 500

interface Related {
  id: number
  project_id: number
  relation_id: number | null
}

/** Some patches, and all that are related to any of them, by number. */
export async function withRelatedPatches(db: Database, ids: readonly number[]): Promise<Related[]> {
  const dialect = capabilities(db)
  const named = await db
    .selectFrom('patches')
    .select(['id', 'project_id', 'relation_id'])
    .where(dialect.anyOf(sql.ref('id'), ids))
    .orderBy('id')
    .execute()
  const relations = [...new Set(named.flatMap(({ relation_id }) => relation_id ?? []))]
  if (relations.length === 0) return named
  const others = await db
    .selectFrom('patches')
    .select(['id', 'project_id', 'relation_id'])
    .where(dialect.anyOf(sql.ref('relation_id'), relations))
    .execute()
  const all = new Map([...named, ...others].map((patch) => [patch.id, patch]))
  return [...all.values()].toSorted((a, b) => a.id - b.id)
}

/** Throws Invalid for a relation of more patches than one may have. */
function requireRoom(patches: number): void {
  if (patches - 1 <= MAX_RELATED) return
  const sentence = `A patch is related to ${MAX_RELATED} others at most.`
  throw new Invalid(sentence, { related: [sentence] })
}

/**
 * Relates a patch to others, besides those that it is related to already. Records an event for each patch
 * whose relation changed, the patch itself last and it alone with the actor. Throws Conflict if that would
 * join two relations: a patch leaves one before it enters another.
 */
export async function relatePatch(
  database: Database,
  id: number,
  others: readonly number[],
  actor: number | null,
  now: Time,
): Promise<void> {
  await transaction(database, async (db) => {
    const patches = await withRelatedPatches(db, [id, ...others])
    if (patches.length < 2) return
    const relations = new Set(patches.flatMap(({ relation_id }) => relation_id ?? []))
    if (relations.size > 1)
      throw new Conflict(
        'At least one patch is already part of another relation. You have to explicitly remove a patch from its existing relation before moving it to this one.',
      )
    requireRoom(patches.length)
    const [known] = relations
    const relation = known ?? (await insertRelation(db))
    const joining = patches.filter(({ relation_id }) => relation_id !== relation)
    await moveTo(db, joining, relation)
    await recordMoves(db, joining, relation, { addressed: id, actor, now })
  })
}

/** Removes a patch from its relation; the relation of a pair is dissolved, without an event. */
export async function unrelatePatch(
  database: Database,
  id: number,
  actor: number | null,
  now: Time,
): Promise<void> {
  await transaction(database, async (db) => {
    const patches = await withRelatedPatches(db, [id])
    const patch = patches.find((one) => one.id === id)
    if (!patch || patch.relation_id === null) return
    if (patches.length > 2) {
      await moveTo(db, [patch], null)
      await recordMoves(db, [patch], null, { addressed: id, actor, now })
      return
    }
    await moveTo(db, patches, null)
    await db.deleteFrom('patch_relations').where('id', '=', patch.relation_id).execute()
  })
}

/**
 * Puts these groups of patches in the place of all relations that there are; a patch that is alone has none. Gives
 * their number now. No letters are sent: it is for scripts that found relations in a whole archive. Throws Invalid, and
 * changes nothing, for a group of more patches than a relation may have.
 */
export async function replaceRelations(
  database: Database,
  groups: readonly (readonly number[])[],
): Promise<number> {
  return await transaction(database, async (db) => {
    await db.updateTable('patches').set({ relation_id: null }).where('relation_id', 'is not', null).execute()
    await db.deleteFrom('patch_relations').execute()
    let count = 0
    for (const ids of groups) {
      const patches = await withRelatedPatches(db, ids)
      if (patches.length < 2) continue
      requireRoom(patches.length)
      await moveTo(db, patches, await insertRelation(db))
      count++
    }
    return count
  })
}

/** Dissolves a relation with fewer than two patches. */
export async function dissolveIfSingle(db: Database, relation: number): Promise<void> {
  const patches = db.selectFrom('patches').select('id').where('relation_id', '=', relation)
  if ((await patches.limit(2).execute()).length > 1) return
  await db.updateTable('patches').set({ relation_id: null }).where('relation_id', '=', relation).execute()
  await db.deleteFrom('patch_relations').where('id', '=', relation).execute()
}

async function insertRelation(db: Database): Promise<number> {
  const { id } = await db
    .insertInto('patch_relations')
    .defaultValues()
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function moveTo(db: Database, patches: readonly Related[], relation: number | null): Promise<void> {
  if (patches.length === 0) return
  const dialect = capabilities(db)
  const ids = patches.map(({ id }) => id)
  await db
    .updateTable('patches')
    .set({ relation_id: relation })
    .where(dialect.anyOf(sql.ref('id'), ids))
    .execute()
}

interface Doing {
  /** The patch that was addressed. */
  addressed: number
  actor: number | null
  now: Time
}

async function recordMoves(
  db: Database,
  patches: readonly Related[],
  relation: number | null,
  { addressed, actor, now }: Doing,
): Promise<void> {
  const [itself, others] = [true, false].map((is) => patches.filter(({ id }) => (id === addressed) === is))
  await insertEvents(
    db,
    [...(others ?? []), ...(itself ?? [])].map((patch) => ({
      category: 'patch-relation-changed',
      project_id: patch.project_id,
      patch_id: patch.id,
      actor_id: patch.id === addressed ? actor : null,
      date: now,
      previous_relation_id: patch.relation_id,
      current_relation_id: relation,
    })),
  )
}
