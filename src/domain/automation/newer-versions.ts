import { DAY_MS } from '../../util/time.js'
import { isRequestForComments, nameKey, readTags, sentTime } from '../topics/posting.js'

/** Which patches of older versions newer ones replace; pure. */

export interface VersionPatch {
  readonly id: number
  readonly number: number
  readonly name: string
}

/** One version of a work, with its numbered patches. */
export interface PostedVersion {
  readonly id: number
  readonly version: number
  /** The date of its earliest mail, and its message id. */
  readonly date: string
  readonly title: string
  /** How many patches its mails announce. */
  readonly total: number
  readonly hasCover: boolean
  readonly patches: readonly VersionPatch[]
}

/** By what a patch is replaced. */
export interface Replacement {
  readonly by: PostedVersion
  /** The patch that replaces it, where it is not the whole series that does. */
  readonly patch?: VersionPatch
}

/** Whether a version has all patches that its mails announce. */
export function isComplete({ patches, total }: PostedVersion): boolean {
  return patches.length > 0 && patches.length >= total
}

/** Clocks of senders differ by this time at most, in milliseconds. */
const MAX_CLOCK_MS = DAY_MS

/** Whether a version may replace another one: by a higher number, or by the same one if it was sent again. */
function mayReplace(newer: PostedVersion, older: PostedVersion): boolean {
  if (sentTime(newer.date) < sentTime(older.date) - MAX_CLOCK_MS) return false
  // Numbers begin again after a request for comments.
  if (isRequestForComments(newer.title) && !isRequestForComments(older.title)) return false
  if (newer.version !== older.version) return newer.version > older.version
  return readTags(newer.title).isResend && newer.date > older.date
}

/** Whether a version has only some patches of an older one: a single mail that replaces one of several. */
function isPartial(newer: PostedVersion, older: PostedVersion): boolean {
  return !isComplete(newer) || (newer.total === 1 && !newer.hasCover && older.total > 1)
}

/** Says whether two patches change mostly the same lines. */
export type IsAlike = (one: VersionPatch, other: VersionPatch) => boolean

/**
 * The patches that newer versions replace, by id; `versions` in their order. Of several replacements the next version is
 * named. A complete version replaces all patches of an older one, others only their own counterparts: those of the same
 * name, or in the same place with mostly the same changes.
 */
export function findReplaced(
  versions: readonly PostedVersion[],
  isAlike: IsAlike,
): ReadonlyMap<number, Replacement> {
  const replaced = new Map<number, Replacement>()
  for (const [at, older] of versions.entries()) {
    const open = new Map(older.patches.map((patch) => [patch.id, patch]))
    for (const newer of versions.slice(at + 1)) {
      if (open.size === 0) break
      if (!mayReplace(newer, older)) continue
      const found: Iterable<[number, Replacement]> = isPartial(newer, older)
        ? counterparts(newer, older, [...open.values()], isAlike)
        : [...open.keys()].map((id) => [id, { by: newer }])
      for (const [id, replacement] of found) {
        replaced.set(id, replacement)
        open.delete(id)
      }
    }
  }
  return replaced
}

function counterparts(
  newer: PostedVersion,
  older: PostedVersion,
  open: readonly VersionPatch[],
  isAlike: IsAlike,
): [number, Replacement][] {
  const byName = new Map(newer.patches.map((patch) => [nameKey(patch.name), patch]))
  const names = new Set(older.patches.map((patch) => nameKey(patch.name)))
  // One that has a counterpart by its name is not compared with others.
  const renamed = newer.patches.filter((patch) => !names.has(nameKey(patch.name)))
  return open.flatMap((patch): [number, Replacement][] => {
    const same =
      byName.get(nameKey(patch.name)) ??
      renamed.find((other) => isSamePlace(newer, other, older, patch) && isAlike(other, patch))
    return same ? [[patch.id, { by: newer, patch: same }]] : []
  })
}

/** A single patch without a place may stand for any of an older version. */
function isSamePlace(
  newer: PostedVersion,
  other: VersionPatch,
  older: PostedVersion,
  patch: VersionPatch,
): boolean {
  return newer.total === 1 || (newer.total === older.total && other.number === patch.number)
}

/** Why a patch was replaced, to be read by people. */
export function describeReplacement({ by, patch }: Replacement): string {
  const name = `${by.id} (v${by.version})`
  if (!patch) return `Series ${name} is complete.`
  return by.total === 1
    ? `The patch of series ${name} replaces it.`
    : `Patch ${patch.number}/${by.total} of series ${name} replaces it.`
}
