import { createHash } from 'node:crypto'
import type { Time } from '../../db/schema.js'
import type { NewEvent } from '../events/updates.js'
import type { Numbered, Series } from './queries.js'

/** The event of a series that a mail began. */
export function seriesCreated({ id, project_id }: Series, date: Time): NewEvent {
  return { category: 'series-created', project_id, date, series_id: id }
}

/** The completion events after a new patch: of itself and of patches that waited for it, then of the series. */
export function completions(
  series: Series,
  patch: Numbered,
  others: readonly Numbered[],
  date: Time,
): NewEvent[] {
  const event = { project_id: series.project_id, date, series_id: series.id }
  const events: NewEvent[] = completedPatches(patch, others).map((patch_id) => ({
    ...event,
    category: 'patch-completed',
    patch_id,
  }))
  // Patches beyond the announced number do not complete it again.
  if (others.length < series.total && others.length + 1 >= series.total)
    events.push({ ...event, category: 'series-completed' })
  return events
}

/** A patch is complete once all patches before it exist; then so are the patches that follow without a gap. */
function completedPatches(patch: Numbered, others: readonly Numbered[]): number[] {
  if (others.filter(({ number }) => number < patch.number).length !== patch.number - 1) return []
  const completed = [patch.id]
  for (const { id, number } of others)
    if (number > patch.number && number === patch.number + completed.length) completed.push(id)
  return completed
}

/**
 * The hash by which KCIDB names a patchset (`patchset_hash` of a checkout): SHA-256 over the hashes of its patches in
 * order, each in hex and followed by a line feed. Undefined without patches, or if the hash of one is not known.
 */
export function patchsetHash(hashes: readonly (string | null)[]): string | undefined {
  if (hashes.length === 0 || hashes.includes(null)) return undefined
  return createHash('sha256')
    .update(hashes.map((hash) => `${hash}\n`).join(''))
    .digest('hex')
}

/** A name without its bracketed prefixes. */
export function withoutPrefixes(name: string): string {
  return name.slice(name.lastIndexOf(']') + 1).trim()
}
