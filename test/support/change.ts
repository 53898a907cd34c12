import type { Database, Time } from '../../src/db/schema.js'
import { mailActor } from '../../src/domain/actor.js'
import { changePatches } from '../../src/domain/patches/commands.js'
import type { PatchChange } from '../../src/domain/patches/updates.js'

/** Changes patches in the name of a user, whatever they may do; null: a mail did it. */
export async function changeAs(
  db: Database,
  ids: readonly number[],
  change: PatchChange,
  user: number | null,
  now: Time,
): Promise<void> {
  await changePatches(db, { ...mailActor(now), id: user }, ids, change)
}

/** The state and the commit of a patch. */
export async function stateAndCommit(
  db: Database,
  patch: number,
): Promise<{ state_id: number; commit_ref: string | null }> {
  return await db
    .selectFrom('patches')
    .select(['state_id', 'commit_ref'])
    .where('id', '=', patch)
    .executeTakeFirstOrThrow()
}

/** The id of the batch that changed a patch. */
export async function batchOf(db: Database, patch: number): Promise<number> {
  const { batch_id } = await db
    .selectFrom('change_items')
    .select('batch_id')
    .where('patch_id', '=', patch)
    .executeTakeFirstOrThrow()
  return batch_id
}
