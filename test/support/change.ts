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
