/** All that is known about the versions of the API. */

/** In their order; they are compared by their place here, never as text. */
export const VERSIONS = ['1.0', '1.1', '1.2', '1.3', '1.4'] as const

export type Version = (typeof VERSIONS)[number]

export const LATEST: Version = '1.4'

/** Whether what came with `first` is there in `version`. */
export function isSince(version: Version, first: Version): boolean {
  return VERSIONS.indexOf(version) >= VERSIONS.indexOf(first)
}

/** The form of an answer: which version brought each field, and the forms of those that have fields themselves. */
export interface Shape {
  readonly [field: string]: Field
}

export interface Field {
  readonly since: Version
  /** The form of the value, or of each of its items. */
  readonly of?: Shape
}

/** A field that came with a version. */
export function since(version: Version, of?: Shape): Field {
  return of ? { since: version, of } : { since: version }
}

/** A field that has always been there. */
export function always(of?: Shape): Field {
  return since('1.0', of)
}

export type Projector = (value: never) => unknown

/**
 * Makes the function that takes an answer of the newest form to that of one version, at every depth. For a
 * version that has everything it is the identity.
 */
export function projector(shape: Shape, version: Version): (value: unknown) => unknown {
  const hidden = Object.keys(shape).filter((name) => !isSince(version, (shape[name] as Field).since))
  const nested = Object.entries(shape)
    .filter(([, field]) => field.of && hasHidden(field.of, version))
    .map(([name, field]) => [name, projector(field.of as Shape, version)] as const)
  if (hidden.length === 0 && nested.length === 0) return (value) => value
  const project = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(project)
    if (value === null || typeof value !== 'object') return value
    const result = value as Record<string, unknown>
    for (const name of hidden) delete result[name]
    for (const [name, inner] of nested) if (name in result) result[name] = inner(result[name])
    return result
  }
  return project
}

function hasHidden(shape: Shape, version: Version): boolean {
  return Object.values(shape).some(
    (field) => !isSince(version, field.since) || (field.of !== undefined && hasHidden(field.of, version)),
  )
}
