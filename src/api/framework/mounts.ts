import type { FastifyRequest } from 'fastify'
import { VERSIONS, type Version } from './versions.js'

/** Where the API is mounted: every version under its own prefix, and one of them under `/api`. */

/** One version under its prefix. */
export interface Mount {
  readonly version: Version
  /** `/api/1.3`, or `/api` for the default. */
  readonly prefix: string
}

/** What one route answers for. */
interface MountPoint {
  /** The prefix as the router has it, with a parameter for several versions. */
  readonly pattern: string
  readonly mounts: readonly [Mount, ...Mount[]]
  /** That of a request. */
  readonly mountOf: (request: FastifyRequest) => Mount
}

/** All of them; `fallback` is the version under `/api`. */
export function mountsOf(fallback: Version): Mount[] {
  return [defaultMount(fallback), ...VERSIONS.map(mountAt)]
}

function defaultMount(version: Version): Mount {
  return { version, prefix: '/api' }
}

function mountAt(version: Version): Mount {
  return { version, prefix: `/api/${version}` }
}

/**
 * The routes of a resource: versions that have it in the same form share one, since each route takes time when a server
 * starts. The router has one pattern with a parameter at most for an address, so that is for the most common form.
 * `formOf` names the form of a version; undefined: it does not have the resource. `fallback` is the version under `/api`.
 */
export function mountPoints(
  fallback: Version,
  formOf: (version: Version) => string | undefined,
): MountPoint[] {
  const forms = Map.groupBy(VERSIONS, formOf)
  forms.delete(undefined)
  const [shared = [], ...others] = [...forms.values()].toSorted((a, b) => b.length - a.length)
  const own = [
    ...(formOf(fallback) === undefined ? [] : [defaultMount(fallback)]),
    ...(shared.length === 1 ? [shared, ...others] : others).flat().map(mountAt),
  ]
  return [...own.map(pointOfOne), ...(shared.length > 1 ? [pointOfAll(shared)] : [])]
}

function pointOfOne(mount: Mount): MountPoint {
  return { pattern: mount.prefix, mounts: [mount], mountOf: () => mount }
}

function pointOfAll(versions: readonly Version[]): MountPoint {
  const mounts = new Map(versions.map((version) => [minorOf(version), mountAt(version)]))
  return {
    pattern: `/api/1.:minor(^${[...mounts.keys()].join('|')}$)`,
    mounts: [...mounts.values()] as [Mount, ...Mount[]],
    // The pattern has no others.
    mountOf: ({ params }) => mounts.get((params as { minor: string }).minor) as Mount,
  }
}

/** All versions begin with `1.`: the router compares that without a pattern. */
function minorOf(version: Version): string {
  return version.slice('1.'.length)
}
