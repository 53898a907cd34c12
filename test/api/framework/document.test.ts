import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { buildApp } from '../../../src/app.js'
import { connect } from '../../../src/db/connect.js'
import { migrate } from '../../../src/db/migrate.js'
import { contextOn } from '../../support/context.js'
import { compile, PREFIXES } from '../../support/validated.js'

/** What browsers send when somebody opens an address. */
const PERSON = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

type Content = { content?: Record<string, { schema?: object; example?: unknown }> }

/** What is read of an operation here. */
interface Operation {
  requestBody?: Content
  responses?: Record<string, Content>
}

/** The patch in the example of the list of patches. */
async function exampleOf(app: FastifyInstance, prefix: string) {
  const { paths } = (await app.inject(`${prefix}/schema`)).json()
  return paths[`${prefix}/patches/`].get.responses[200].content['application/json'].example[0]
}

describe('the documentation', () => {
  const databaseUrl = `sqlite:${join(mkdtempSync(join(tmpdir(), 'patchwork-docs-')), 'test.db')}`
  const db = connect(databaseUrl)
  let app: FastifyInstance

  beforeAll(async () => {
    await migrate(db)
    app = await buildApp(contextOn({ db, url: databaseUrl }))
  })
  afterAll(async () => {
    await app.close()
    await db.destroy()
  })

  it.each(PREFIXES)('has %s as JSON and as YAML, however it is asked for', async (prefix, version) => {
    const json = await app.inject(`${prefix}/schema`)
    expect(json.headers['content-type']).toContain('application/json')
    expect(json.json().info.version).toBe(version)
    // Parsing is the expensive part, and the same document needs it once.
    const yaml = await app.inject(`${prefix}/schema.yaml`)
    expect(parse(yaml.body)).toEqual(json.json())
    for (const [url, headers] of [
      ['/schema.yaml', {}],
      ['/schema?format=yaml', {}],
      ['/schema/', { accept: 'application/yaml' }],
    ] as const) {
      const answer = await app.inject({ url: prefix + url, headers })
      expect(answer.headers['content-type']).toContain('yaml')
      expect(answer.body === yaml.body).toBe(true)
    }
    expect((await app.inject(`${prefix}/schema.json`)).json()).toEqual(json.json())
  })

  it('names the server by which it was asked for, or the public one', async () => {
    for (const url of ['/api/schema', '/api/1.2/schema.json', '/api/1.0/schema.yaml']) {
      const { body } = await app.inject({ url, headers: { host: '127.0.0.1:8000' } })
      const [server] = (url.endsWith('yaml') ? parse(body) : JSON.parse(body)).servers
      expect(server.url).toBe('http://127.0.0.1:8000')
      expect(body).not.toContain('server.invalid')
    }
    const published = await buildApp(
      contextOn(
        { db, url: databaseUrl },
        { environment: { PATCHWORK_PUBLIC_URL: 'https://x.example.org/$&pw/' } },
      ),
    )
    expect((await published.inject('/api/schema')).json().servers[0].url).toBe('https://x.example.org/$&pw')
    await published.close()
    expect((await app.inject({ url: '/api/schema', headers: { host: 'evil.example' } })).statusCode).toBe(400)
  })

  it('gives examples the addresses and the form of their version', async () => {
    expect(await exampleOf(app, '/api')).toMatchObject({
      url: 'https://patchwork.example.org/api/patches/1/',
      related: [],
    })
    const old = await exampleOf(app, '/api/1.0')
    expect(old.url).toBe('https://patchwork.example.org/api/1.0/patches/1/')
    expect(old.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    expect(old).not.toHaveProperty('web_url')
  })

  it.each(PREFIXES)('gives %s examples of all that is sent and answered, in their form', async (prefix) => {
    const document = (await app.inject(`${prefix}/schema`)).json()
    const wrong = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { requestBody, responses }]) => {
        if (method === 'parameters') return []
        const answers = Object.entries(responses ?? {}).filter(([status]) => status.startsWith('2'))
        const contents = [requestBody?.content, ...answers.map(([, { content }]) => content)]
        return contents.flatMap((content) => {
          const { schema, example } = content?.['application/json'] ?? {}
          if (!schema) return []
          return example && compile(document, schema)(example) ? [] : [`${method} ${path}`]
        })
      }),
    )
    expect(wrong).toEqual([])
  })

  it.each(PREFIXES)('shows %s to people and answers programs', async (prefix) => {
    const person = await app.inject({ url: `${prefix}/`, headers: PERSON })
    expect(person.statusCode).toBe(302)
    expect(person.headers.location).toBe(`${prefix}/docs/`)
    expect(person.headers.vary).toContain('Accept')
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json, text/html' }])
      expect((await app.inject({ url: `${prefix}/`, headers })).json()).toHaveProperty('patches')
    expect((await app.inject({ url: `${prefix}/?format=json`, headers: PERSON })).statusCode).toBe(200)
    // Elsewhere a browser gets JSON as well.
    expect((await app.inject({ url: `${prefix}/patches/`, headers: PERSON })).json()).toEqual([])
  })

  it.each(PREFIXES)('has a page for %s that runs no script but ours', async (prefix) => {
    const page = await app.inject(`${prefix}/docs`)
    expect(page.statusCode).toBe(200)
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc="\/static\/)/)
    expect(page.body).toContain(`href="${prefix}/schema"`)
  })
})
