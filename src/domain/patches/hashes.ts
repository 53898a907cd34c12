import { deferInsert } from '../../db/later.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** The SHA-256 of the mails of patches in the form that never changes. */

/** Stores the hash of a new patch before the transaction ends. */
export async function insertMailHash(db: Database, patch_id: number, sha256: string): Promise<void> {
  await deferInsert(db, 'patch_hashes', [{ patch_id, sha256 }])
}

const replace = prepare<{ patch_id: number; sha256: string }, never>((db, { patch_id, sha256 }) =>
  db
    .insertInto('patch_hashes')
    .values({ patch_id, sha256 })
    .onConflict((conflict) => conflict.column('patch_id').doUpdateSet({ sha256 })),
)

/** Stores the hash of a patch in place of the one that it has. */
export async function replaceMailHash(db: Database, patch_id: number, sha256: string): Promise<void> {
  await replace(db, { patch_id, sha256 })
}

interface MemberHash {
  number: number | null
  sha256: string | null
}

const hashesOfSeries = prepare<{ series: number }, MemberHash>((db, { series }) =>
  db
    .selectFrom('patches')
    .leftJoin('patch_hashes', 'patch_hashes.patch_id', 'patches.id')
    .select(['patches.number', 'patch_hashes.sha256'])
    .where('patches.series_id', '=', series)
    .orderBy('patches.number'),
)

/** The hashes of the mails that the mbox of a series has, in its order; null for those that are not computed yet. */
export async function mailHashesOfSeries(db: Database, series: number): Promise<(string | null)[]> {
  const all = await hashesOfSeries(db, { series })
  const numbered = all.filter(({ number }) => number !== null)
  return (numbered.length > 0 ? numbered : all).map(({ sha256 }) => sha256)
}
