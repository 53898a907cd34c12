import type { Version } from '../../domain/topics/versions.js'

/** Characters of a date: of its day, its minute and its second. */
const LENGTHS = [10, 16, 19]

/**
 * What pages call the versions of one work: `v2`, and with the day where several have the number, or with the time where
 * these were sent on one day.
 */
export function labelVersions(versions: readonly Version[]): Map<number, string> {
  const labels = new Map<number, string>()
  for (const [version, alike] of Map.groupBy(versions, (each) => each.version)) {
    if (alike.length === 1) for (const { id } of alike) labels.set(id, `v${version}`)
    else for (const each of alike) labels.set(each.id, `v${version} of ${timeAmong(each, alike)}`)
  }
  return labels
}

/** The date of a version, as much of it as tells it from the others. */
function timeAmong(own: Version, all: readonly Version[]): string {
  const isClear = (length: number) =>
    all.every(({ id, date }) => id === own.id || date.slice(0, length) !== own.date.slice(0, length))
  const length = LENGTHS.find(isClear) ?? LENGTHS.at(-1)
  return own.date.slice(0, length).replace('T', ' ')
}
