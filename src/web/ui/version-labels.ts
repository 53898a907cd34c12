import type { Version } from '../../domain/topics/versions.js'

/** What pages call the versions of one work: `v2`, and with the day where several have the number. */
export function labelVersions(versions: readonly Version[]): Map<number, string> {
  const counts = new Map<number, number>()
  for (const { version } of versions) counts.set(version, (counts.get(version) ?? 0) + 1)
  return new Map(
    versions.map(({ id, version, date }) => [
      id,
      counts.get(version) === 1 ? `v${version}` : `v${version} of ${date.slice(0, 10)}`,
    ]),
  )
}
