import type { ValidateFunction } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { type Injected, injectAny } from '../support/inject.js'
import {
  fitting,
  hostile,
  pick,
  type Random,
  type Schema,
  seededRandom,
  violations,
} from '../support/schema-values.js'
import { compile, PREFIXES } from '../support/validated.js'
import { type Api, describeApi, tokenOf } from './support.js'

/** Sends each operation of the documents, as a client reads them, what fits and what does not. */

const SEED = 20_261_005

/** Requests for each operation of each version. */
const ROUNDS = 6

/** What has a request wait: only values that are refused are sent. */
const WAIT = 'wait'

interface Parameter {
  readonly name: string
  readonly schema: Schema
  readonly explode?: boolean
}

interface Response {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, object>>
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, Response>>
}

interface Document {
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly responses: Readonly<Record<string, Response>> }
}

interface Described {
  readonly method: string
  readonly path: string
  readonly places: readonly Parameter[]
  readonly operation: Operation
}

function operationsOf({ paths }: Document): Described[] {
  return Object.entries(paths).flatMap(([path, { parameters = [], ...methods }]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      places: parameters as Parameter[],
      operation: operation as Operation,
    })),
  )
}

/** A request, and whether its body is as the document says. */
interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly payload?: string
  readonly isFitting: boolean
}

function pathWith({ path, places }: Described, random: Random): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const { schema } = places.find((one) => one.name === name) as Parameter
    if (schema.type !== 'integer')
      return pick(random, ['1', 'lamps', 'LAMPS', 'none', '2147483648', '%F0%9F'])
    return String(pick(random, [1, 1, 1, 1, 2, 4, schema.minimum, schema.maximum]))
  })
}

/** A value as it stands in a query or a form: a list as several, or with commas between them. */
function toPairs(name: string, value: unknown, explode = true): [string, string][] {
  if (Array.isArray(value) && explode) return value.flatMap((item) => toPairs(name, item))
  if (Array.isArray(value)) return [[name, value.map(String).join(',').toWellFormed()]]
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return [[name, text.toWellFormed()]]
}

function queryWith({ operation }: Described, random: Random): string {
  const query = new URLSearchParams()
  for (const { name, schema, explode } of operation.parameters ?? []) {
    const chance = random()
    if (chance > 0.25 || (name === WAIT && chance < 0.18)) continue
    for (const pair of toPairs(name, chance < 0.18 ? fitting(schema, random) : hostile(random), explode))
      query.append(...pair)
  }
  return query.size > 0 ? `?${query}` : ''
}

function headersWith(random: Random): Record<string, string> {
  const headers: Record<string, string> = {}
  const who = pick(random, ['mira', 'mira', 'mira', 'mira', 'mira', 'ola', 'none', 'wrong'] as const)
  if (who !== 'none') headers.authorization = who === 'wrong' ? 'Token wrong' : `Token ${tokenOf(who)}`
  if (random() < 0.1) headers['if-none-match'] = pick(random, ['*', 'W/"x"', ''])
  return headers
}

function propertiesOf({ properties, anyOf = [] }: Schema): Readonly<Record<string, Schema>> {
  return properties ?? anyOf.find((form) => form.properties)?.properties ?? {}
}

/** What to send, with its type; undefined for nothing at all. */
function bodyWith(
  { operation }: Described,
  random: Random,
): Pick<Sent, 'payload' | 'isFitting'> & { type?: string } {
  const schema = operation.requestBody?.content['application/json']?.schema
  const chance = random()
  if (chance < 0.06) return { type: 'application/json', isFitting: schema === undefined }
  if (!schema) return { isFitting: true }
  if (chance < 0.1)
    return { type: pick(random, ['text/plain', 'wrong']), payload: 'state=new', isFitting: false }
  if (chance < 0.14)
    return { type: 'application/json', payload: pick(random, ['{', '[]', 'null']), isFitting: false }
  const isFitting = chance < 0.6
  const fit = fitting(schema, random) as Record<string, unknown>
  // Many bodies at once are a list, which no form has.
  if (Array.isArray(fit)) return { type: 'application/json', payload: JSON.stringify(fit), isFitting }
  const body = fit
  if (!isFitting)
    for (const name of Object.keys(propertiesOf(schema))) if (random() < 0.3) body[name] = hostile(random)
  if (random() < 0.7) return { type: 'application/json', payload: JSON.stringify(body), isFitting }
  const form = new URLSearchParams(Object.entries(body).flatMap(([name, value]) => toPairs(name, value)))
  // Objects have no form in a form, and null is no text.
  return { type: 'application/x-www-form-urlencoded', payload: String(form), isFitting: false }
}

function requestFor(described: Described, random: Random): Sent {
  const headers = headersWith(random)
  const url = pathWith(described, random) + queryWith(described, random)
  const { type, ...body } = described.method === 'GET' ? { isFitting: true } : bodyWith(described, random)
  if (type !== undefined) headers['content-type'] = type
  return { method: described.method, url, headers, ...body }
}

/** What is refused before anybody looks at what it says, and what has not changed. */
function refusedFor({ method, path }: Described): Sent[] {
  const url = path.replace(/\{\w+\}/g, '1')
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, count) => [`x-${count}`, '1']))
  const type = { 'content-type': 'application/json' }
  const large = ' '.repeat(1_100_000)
  const requests: Omit<Sent, 'method' | 'isFitting'>[] = [
    { url: `${url}?q=${'x'.repeat(8000)}`, headers: {} },
    { url, headers: many },
    { url, headers: { ...type, 'content-encoding': 'gzip' }, ...(method === 'GET' ? {} : { payload: '{}' }) },
    method === 'GET' ? { url, headers: { 'if-none-match': '*' } } : { url, headers: type, payload: large },
  ]
  return requests.map((request) => ({ ...request, method, isFitting: false }))
}

/** What of an error in a body that fits the document the document cannot say: what there is, and who may. */
const BEYOND_THE_DOCUMENT =
  /^(?:Invalid state .*|There is no user .*|.* network, which webhooks are not sent to\.|Invalid pk .* - object does not exist\.|User .* is not a maintainer for project .*|Bundle patches must belong to the same project|You have another bundle of this name\.|The address is malformed\.|Name one of patch, series and msgid\.|No patch and no cover letter has this message id\.|No patch of this series has arrived yet\.|Only a pending check expires\.|This is in the past\.)$/

function sentencesIn(body: unknown): string[] {
  if (typeof body === 'string') return [body]
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(sentencesIn) : []
}

/** By prefix and place in the document, which is the same on both databases. */
const compiled = new Map<string, ValidateFunction>()

/** Holds answers against a document. */
function checker(document: Document, prefix: string) {
  return ({ method, path, operation }: Described, sent: Sent, answer: Injected): string[] => {
    const { statusCode: status, body, headers } = answer
    const named = operation.responses[status]
    const response = named?.$ref ? document.components.responses[named.$ref.split('/').at(-1) ?? ''] : named
    if (!response || status >= 500) return [`the status is not listed`]
    const missing = Object.keys(response.headers ?? {}).filter(
      (name) => headers[name.toLowerCase()] === undefined,
    )
    if (missing.length > 0) return [`${missing.join(', ')} is missing`]
    if (String(headers['content-type']).startsWith('text/plain'))
      return response.content?.['text/plain'] ? [] : ['a text is not listed']
    const schema = response.content?.['application/json']?.schema
    if (!schema) return body === '' ? [] : ['a body is not listed']
    const key = `${prefix} ${named?.$ref ?? `${method} ${path} ${status}`}`
    const check = compiled.get(key) ?? compile(document, schema)
    compiled.set(key, check)
    const value: unknown = JSON.parse(body)
    if (!check(value)) return [`the body does not fit: ${JSON.stringify(check.errors?.slice(0, 2))}`]
    if (status !== 400 || !sent.isFitting || method === 'GET') return []
    return sentencesIn(value)
      .filter((sentence) => !BEYOND_THE_DOCUMENT.test(sentence))
      .map((sentence) => `it was sent what fits: ${sentence}`)
  }
}

async function fuzz(api: Api, prefix: string): Promise<{ problems: string[]; statuses: Set<number> }> {
  const document = (await api.app.inject(`${prefix}/schema.json`)).json<Document>()
  const check = checker(document, prefix)
  const random = seededRandom(SEED)
  const problems: string[] = []
  const statuses = new Set<number>()
  for (let round = 0; round <= ROUNDS; round++)
    for (const [described, sent] of operationsOf(document).flatMap((one) =>
      (round < ROUNDS ? [requestFor(one, random)] : refusedFor(one)).map(
        (request) => [one, request] as const,
      ),
    )) {
      const { isFitting: _, ...request } = sent
      const answer = await injectAny(api.app, request)
      statuses.add(answer.statusCode)
      const told = `${sent.method} ${sent.url} ${sent.payload ?? ''} ${JSON.stringify(sent.headers)}`.slice(
        0,
        400,
      )
      problems.push(
        ...check(described, sent, answer).map(
          (problem) => `${told}: ${answer.statusCode}, ${problem} ${answer.body.slice(0, 200)}`,
        ),
      )
    }
  return { problems, statuses }
}

describeApi('the document', (api) => {
  it.each(PREFIXES)('lists whatever comes of any request to %s', async (prefix) => {
    await api.send('POST /bundles/', { name: 'mine', patches: [1] }, 'mira')
    await api.send('POST /patches/1/checks/', { state: 'success' }, 'mira')
    const { problems, statuses } = await fuzz(api, prefix)
    expect(problems).toEqual([])
    const seen = [200, 302, 304, 400, 403, 404, 413, 414, 415, 431]
    expect([...statuses]).toEqual(expect.arrayContaining(seen))
  })

  it('says what is refused: each of its rules is enforced', async () => {
    await api.send('POST /bundles/', { name: 'mine', patches: [1] }, 'mira')
    await api.send('POST /projects/1/webhooks/', { address: 'https://93.184.216.34/hook' }, 'mira')
    const document = (await api.app.inject('/api/schema.json')).json<Document>()
    const problems: string[] = []
    let tried = 0
    for (const { method, path, operation } of operationsOf(document)) {
      const whole = operation.requestBody?.content['application/json']?.schema
      const schema = whole?.anyOf?.find(({ type }) => type === 'object') ?? whole
      const { properties = {}, required = [] } = schema ?? {}
      const sendWith = async (rule: string, name: string, body: object) => {
        tried++
        const answer = await api.send(`${method} ${path.replace(/\{\w+\}/g, '1')}`, body, 'mira')
        if (answer.status !== 400 || !Object.hasOwn(answer.body, name))
          problems.push(`${method} ${path} ${name} ${rule}: ${answer.status} ${JSON.stringify(answer.body)}`)
      }
      const usual = {
        state: 'success',
        delegate: 1,
        name: 'next',
        patches: [1],
        ids: [1],
        scopes: ['checks'],
        address: 'https://93.184.216.34/hook',
      }
      const base = Object.fromEntries(Object.entries(usual).filter(([name]) => required.includes(name)))
      if ('delegate' in properties && required.includes('state')) base.state = 'new'
      for (const name of required)
        await sendWith(
          'required',
          name,
          Object.fromEntries(Object.entries(base).filter(([key]) => key !== name)),
        )
      for (const [name, field] of Object.entries(properties))
        for (const [rule, value] of violations(field)) await sendWith(rule, name, { ...base, [name]: value })
    }
    expect(problems).toEqual([])
    expect(tried).toBeGreaterThan(80)
  })
})
