import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { RESOURCES } from '../../src/api/api.js'
import { documentOf } from '../../src/api/openapi.js'
import { PREFIXES } from '../support/validated.js'

type Item = Record<string, unknown>

function operationsOf(document: ReturnType<typeof documentOf>): [string, Item][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]): [string, Item] => [`${method} ${path}`, operation as Item]),
  )
}

/** Places of fields that nothing is said of. */
function undescribed(node: unknown, place: string): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { properties } = node as { properties?: Record<string, Item> }
  const here = Object.entries(properties ?? {})
    .filter(([, field]) => !field.description && !field.$ref && !hasDescribedForm(field))
    .map(([name]) => `${place}.${name}`)
  const within = Object.entries(node).flatMap(([name, inner]) =>
    name === 'example' ? [] : undescribed(inner, `${place}/${name}`),
  )
  return [...here, ...within]
}

/** Whether something neither says what it is nor points to what does. */
function isUndescribed({ description, $ref }: Item): boolean {
  return $ref === undefined && (typeof description !== 'string' || !/^[A-Z`].*\.$/s.test(description))
}

function hasDescribedForm(field: Item): boolean {
  return Object.hasOwn(field, 'anyOf') && (field.anyOf as Item[]).some(({ $ref }) => $ref)
}

/** The document of one of the versions, by its place. */
function documentAt(index: number) {
  const [prefix, version] = PREFIXES[index] as (typeof PREFIXES)[number]
  return documentOf(RESOURCES, version, prefix, () => undefined)
}

function operationIds(index: number): unknown[] {
  return operationsOf(documentAt(index)).map(([, { operationId }]) => operationId)
}

function fieldsOf(index: number, name: string): string[] {
  const { schemas } = documentAt(index).components as { schemas: Record<string, { properties: object }> }
  return Object.keys(schemas[name]?.properties ?? {})
}

describe.each(PREFIXES)('the document of %s', (prefix, version) => {
  const document = documentOf(RESOURCES, version, prefix, () => undefined)
  const operations = operationsOf(document)

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('names each operation once, and says what it does', () => {
    const ids = operations.map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(20)
    for (const [place, { summary, description }] of operations) {
      expect(summary, place).toMatch(/^[A-Z][^.]+$/)
      expect(description, place).toMatch(/\.$/)
    }
  })

  it('describes every parameter and every field', () => {
    const inPaths = Object.values(document.paths).flatMap(({ parameters = [] }) => parameters as Item[])
    const inQueries = operations.flatMap(([, { parameters = [] }]) => parameters as Item[])
    expect([...inPaths, ...inQueries].filter(isUndescribed)).toEqual([])
    expect(undescribed(document, prefix)).toEqual([])
  })

  it('describes every body, answer, error, header, form and way to log in', () => {
    const bodies = operations.flatMap(([, { requestBody }]) => requestBody ?? []) as Item[]
    const answers = operations.flatMap(([, { responses }]) => Object.values(responses as object)) as Item[]
    const sections = Object.values(document.components as Record<string, object>)
    const components = sections.flatMap((section) => Object.values(section) as Item[])
    const within = [...answers, ...components].flatMap(({ headers = {} }) => Object.values(headers as object))
    expect([...bodies, ...answers, ...components, ...(within as Item[])].filter(isUndescribed)).toEqual([])
    expect((document.tags as Item[]).filter(isUndescribed)).toEqual([])
  })
})

describe('the documents', () => {
  it('leave out what came later', () => {
    const [newest, oldest, second, third, , fifth] = PREFIXES.map((_, index) => operationIds(index))
    expect(newest).toEqual(fifth)
    expect(oldest).not.toContain('patch_comments_list')
    expect(second).toContain('patch_comments_list')
    expect(second).not.toContain('bundles_create')
    expect(third).toContain('bundles_create')
    expect(third).not.toContain('patches_bulk_update')
    expect(fifth).toContain('patches_bulk_update')
    expect(oldest).toContain('states_list')
  })

  it('know fields only from the version on that brought them', () => {
    expect(fieldsOf(1, 'PatchDetail')).not.toContain('web_url')
    expect(fieldsOf(2, 'PatchDetail')).toContain('web_url')
    expect(fieldsOf(2, 'PatchDetail')).not.toContain('related')
    expect(fieldsOf(3, 'PatchDetail')).toContain('related')
    expect(fieldsOf(4, 'Series')).not.toContain('dependencies')
    expect(fieldsOf(5, 'Series')).toContain('dependencies')
  })
})
