import type { TSchema } from 'typebox'
import { API_VERSIONS } from '../../config/settings.js'

/** All that is known about the versions of the API. */

/** In their order; they are compared by their place here, never as text. */
export const VERSIONS = API_VERSIONS

export type Version = (typeof VERSIONS)[number]

export const LATEST: Version = '1.4'

/** Whether `version` is `first` or later. */
export function isSince(version: Version, first: Version): boolean {
  return VERSIONS.indexOf(version) >= VERSIONS.indexOf(first)
}

/** The schema keyword for the first version; without it, all versions. */
const SINCE = 'x-since'

/** The parts of a JSON Schema that are read here. */
export interface Node {
  readonly [SINCE]?: Version
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly anyOf?: readonly Node[]
  readonly patternProperties?: Readonly<Record<string, Node>>
  readonly [keyword: string]: unknown
}

/** Marks a field, or one of several forms, as new in a version. */
export function since<S extends TSchema>(version: Version, schema: S): S {
  // TypeBox keeps data in non-enumerable properties, which a plain copy would lose.
  const copy = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(schema))
  return Object.assign(copy, { [SINCE]: version })
}

/** Whether a version has the object with this schema. */
export function isInVersion(schema: object, version: Version): boolean {
  return isSince(version, (schema as Node)[SINCE] ?? '1.0')
}

/** A schema as one version has it, at every depth: without later fields and forms. */
export function schemaAt(schema: TSchema, version: Version): Node {
  return prune(schema as Node, version)
}

function prune(node: Node, version: Version): Node {
  const { [SINCE]: _, properties, required, items, anyOf, ...rest } = node
  const pruned: Record<string, unknown> = { ...rest }
  if (properties) {
    const kept = Object.entries(properties).filter(([, field]) => isInVersion(field, version))
    pruned.properties = Object.fromEntries(kept.map(([name, field]) => [name, prune(field, version)]))
    const names = new Set(kept.map(([name]) => name))
    if (required) pruned.required = required.filter((name) => names.has(name))
  }
  if (items) pruned.items = prune(items, version)
  if (anyOf)
    pruned.anyOf = anyOf.filter((form) => isInVersion(form, version)).map((form) => prune(form, version))
  if (rest.format === 'date-time' && !isSince(version, '1.4')) {
    // Deployed clients of the older versions parse times without a zone.
    delete pruned.format
    pruned.pattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{6})?$'
  }
  return pruned
}

/** A time as a version writes it: the older ones without a zone, for deployed clients parse it so. */
export function timeFormat(version: Version): (time: string) => string {
  return isSince(version, '1.4') ? (time) => `${time.slice(0, 19)}Z` : (time) => time
}

type Project = (value: unknown) => unknown

/**
 * Returns a function that converts a response of the newest version to an older version, at every depth. For a
 * version without differences it is the identity. It changes its argument.
 */
export function downgrade(schema: TSchema, version: Version): Project {
  return projectorOf(objectsIn(schema as Node), version) ?? ((value) => value)
}

/** The forms of the objects that a value, or each of its items, can be. */
function objectsIn(node: Node): Node[] {
  if (node.anyOf) return node.anyOf.flatMap(objectsIn)
  if (node.items) return objectsIn(node.items)
  return node.properties ? [node] : []
}

function projectorOf(objects: readonly Node[], version: Version): Project | undefined {
  const fields = objects.flatMap(({ properties }) => Object.entries(properties ?? {}))
  const hidden = new Set(fields.filter(([, field]) => !isInVersion(field, version)).map(([name]) => name))
  const shown = Map.groupBy(
    fields.filter(([name]) => !hidden.has(name)),
    ([name]) => name,
  )
  const nested = [...shown].flatMap(([name, forms]) => {
    const inner = projectorOf(
      forms.flatMap(([, field]) => objectsIn(field)),
      version,
    )
    return inner ? [[name, inner] as const] : []
  })
  if (hidden.size === 0 && nested.length === 0) return undefined
  const project: Project = (value) => {
    if (Array.isArray(value)) return value.map(project)
    if (value === null || typeof value !== 'object') return value
    const result = value as Record<string, unknown>
    for (const name of hidden) delete result[name]
    for (const [name, inner] of nested) if (name in result) result[name] = inner(result[name])
    return result
  }
  return project
}
