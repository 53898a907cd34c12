import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { RESOURCES } from '../../../src/api/api.js'
import { documentOf } from '../../../src/api/framework/openapi.js'
import { MESSAGES } from '../../../src/api/resources/webhook-message.js'
import { PREFIXES } from '../../support/validated.js'

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
  return documentOf(RESOURCES, version, prefix, () => undefined, MESSAGES)
}

function operationIds(index: number): unknown[] {
  return operationsOf(documentAt(index)).map(([, { operationId }]) => operationId)
}

function fieldsOf(index: number, name: string): string[] {
  const { schemas } = documentAt(index).components as { schemas: Record<string, { properties: object }> }
  return Object.keys(schemas[name]?.properties ?? {})
}

describe.each(PREFIXES)('the document of %s', (prefix, version) => {
  const document = documentOf(RESOURCES, version, prefix, () => undefined, MESSAGES)
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

interface Described {
  parameters?: { name: string; schema: Item & { items?: Item }; explode?: boolean }[]
  requestBody?: {
    required: boolean
    content: Record<string, { schema: Item & { properties: Record<string, Item> } }>
  }
  responses: Record<string, { $ref?: string; headers?: object }>
}

/** An operation of a version by its name. */
function operationAt(index: number, id: string): Described {
  const found = operationsOf(documentAt(index)).find(([, { operationId }]) => operationId === id)
  return found?.[1] as unknown as Described
}

function parameterAt(index: number, id: string, name: string) {
  return operationAt(index, id).parameters?.find((one) => one.name === name)?.schema
}

function bodyAt(index: number, id: string) {
  const { requestBody } = operationAt(index, id)
  return { ...requestBody?.content['application/json']?.schema, isNeeded: requestBody?.required }
}

describe('what the documents say of requests', () => {
  it('has what must be sent, and what it must look like', () => {
    for (const index of [0, 1, 5]) {
      expect(bodyAt(index, 'checks_create')).toMatchObject({
        required: ['state'],
        isNeeded: true,
        properties: {
          context: { pattern: '^[-a-zA-Z0-9_]+$', maxLength: 255 },
          target_url: { anyOf: [{ format: 'uri', pattern: expect.any(String) }, { type: 'null' }] },
        },
      })
      expect(bodyAt(index, 'patches_partial_update')).toMatchObject({ required: [], isNeeded: false })
    }
    for (const id of ['bundles_create', 'bundles_update', 'bundles_partial_update'])
      expect(bodyAt(3, id)).toMatchObject({ properties: { patches: { minItems: 1 } } })
    expect(bodyAt(5, 'patches_partial_update').properties?.related).not.toHaveProperty('minItems')
  })

  it('has the words of the parameters that take no others, as each version knows them', () => {
    expect(parameterAt(1, 'events_list', 'category')?.enum).toContain('patch-created')
    expect(parameterAt(1, 'events_list', 'category')?.enum).not.toContain('patch-comment-created')
    expect(parameterAt(4, 'events_list', 'category')?.enum).toContain('patch-comment-created')
    expect(parameterAt(1, 'events_list', 'order')?.items?.enum).toEqual(['date', '-date'])
    expect(parameterAt(5, 'events_list', 'order')).toMatchObject({
      items: { enum: ['date', '-date', 'id', '-id'] },
      default: ['-date'],
    })
    expect(parameterAt(1, 'patches_list', 'since')?.pattern).toMatch(/^\^/)
  })

  it('has headers and statuses only where they come', () => {
    for (const [method, { responses }] of operationsOf(documentAt(3)) as unknown as [string, Described][]) {
      const isRead = method.startsWith('get ')
      const success = Object.entries(responses).find(([status]) => status.startsWith('2'))
      expect(JSON.stringify(success).includes('headers/ETag'), method).toBe(isRead)
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '414', '431']))
      expect(Object.hasOwn(responses, '415'), method).toBe(!isRead)
    }
    for (const index of [1, 2, 3, 4, 5]) {
      expect(operationAt(index, 'patches_list').responses[200]?.headers).toHaveProperty('X-Total-Count')
      expect(operationAt(index, 'states_list').responses).toHaveProperty('200')
    }
    expect(operationAt(2, 'patches_update').responses).not.toHaveProperty('409')
    expect(operationAt(3, 'patches_update').responses).toHaveProperty('409')
  })
})
