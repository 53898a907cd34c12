import type { FastifyReply, FastifyRequest } from 'fastify'
import { stringify } from 'yaml'
import { addVary } from '../../server/headers.js'
import { publicUrlOf } from '../../server/public-url.js'
import { once } from '../../util/once.js'
import type { Mount } from './mounts.js'
import { documentOf, type Example, withServer } from './openapi.js'
import type { Message } from './openapi-webhooks.js'
import type { Operation, Resource } from './operation.js'
import type { Api } from './resource.js'
import { downgrade, isSince, type Version } from './versions.js'

/** Where the OpenAPI documents are: as JSON and as YAML. */

const YAML = 'application/yaml; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

/** Real requests and answers of 1.4, by the name of the operation. */
export type Examples = Readonly<Record<string, Example>>

/** What is described. */
interface Contents {
  readonly resources: readonly Resource[]
  readonly messages: readonly Message[]
}

/** `/schema` as the client likes it, and `/schema.json` and `/schema.yaml`, of one version. */
export function addDocument(
  { app, context }: Api,
  { version, prefix }: Mount,
  { resources, messages }: Contents,
  examples: Examples,
): void {
  // Documents take a while to make and never change.
  const document = once(() => documentOf(resources, version, prefix, exampleFrom(examples, prefix), messages))
  const asJson = once(() => JSON.stringify(document()))
  const asYaml = once(() => stringify(document(), { aliasDuplicateObjects: false, lineWidth: 110 }))
  const send = (request: FastifyRequest, reply: FastifyReply, isYaml: boolean) =>
    reply
      .type(isYaml ? YAML : JSON_TYPE)
      .send(withServer(isYaml ? asYaml() : asJson(), publicUrlOf(request, context.config)))
  app.get(`${prefix}/schema.json`, async (request, reply) => send(request, reply, false))
  app.get(`${prefix}/schema.yaml`, async (request, reply) => send(request, reply, true))
  app.get(`${prefix}/schema`, async (request, reply) => {
    addVary(reply, 'Accept')
    return send(request, reply, wantsYaml(request))
  })
}

function wantsYaml({ query, headers }: FastifyRequest): boolean {
  const format = (query as URLSearchParams).get('format')
  if (format) return format === 'yaml'
  return /\byaml\b/.test(headers.accept ?? '') && !/\bjson\b/.test(headers.accept ?? '')
}

/** Takes examples to the form of a version and to its addresses. */
function exampleFrom(examples: Examples, prefix: string) {
  return ({ id, answer }: Operation, version: Version): Example | undefined => {
    const example = examples[id]
    if (example === undefined || !answer) return undefined
    const here = JSON.stringify(example.answer).replaceAll('/api/1.4/', `${prefix}/`)
    const dated = isSince(version, '1.4') ? here : here.replace(/("\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z"/g, '$1"')
    return { ...example, answer: downgrade(answer, version)(JSON.parse(dated)) }
  }
}

/** Browsers that open the API are redirected to its documentation; programs get the answer. */
export function redirectBrowsersToDocs({ prefix }: Mount) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    addVary(reply, 'Accept')
    const { accept = '' } = request.headers
    const isPerson = accept.includes('text/html') && !accept.includes('application/json')
    if (!isPerson || (request.query as URLSearchParams).has('format')) return undefined
    return reply.redirect(`${prefix}/docs/`)
  }
}
