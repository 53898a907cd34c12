import type { TSchema } from 'typebox'
import { type Node, schemaAt, type Version } from './versions.js'

/** The parts of a document that several operations point to. */
export interface SchemaRefs {
  readonly schemas: Record<string, Node>
}

/**
 * A schema as of a version, for use in the OpenAPI document: named schemas are moved to the components and replaced
 * by a reference.
 */
export function schemaRef(components: SchemaRefs, schema: TSchema, version: Version): Node {
  return moveNamed(components, schemaAt(schema, version))
}

function moveNamed(components: SchemaRefs, node: Node): Node {
  const { $id, properties, items, anyOf, patternProperties, ...rest } = node
  const moved: Record<string, unknown> = { ...rest }
  const move = (inner: Node) => moveNamed(components, inner)
  if (properties) moved.properties = mapValues(properties, move)
  if (items) moved.items = move(items)
  if (anyOf) moved.anyOf = anyOf.map(move)
  // Records: TypeBox says by a pattern that any name will do.
  for (const any of Object.values(patternProperties ?? {})) moved.additionalProperties = move(any)
  if (typeof $id !== 'string') return moved
  components.schemas[$id] = moved
  return { $ref: `#/components/schemas/${$id}` }
}

function mapValues(object: Readonly<Record<string, Node>>, map: (node: Node) => Node): Record<string, Node> {
  return Object.fromEntries(Object.entries(object).map(([name, node]) => [name, map(node)]))
}
