import type { FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import type { Version } from '../../src/api/framework/versions.js'
import { buildApp } from '../../src/app.js'
import { contextOn } from '../support/context.js'
import { PREFIXES } from '../support/validated.js'
import { type Api, describeApi, tokenOf } from './support.js'

const BASE = 'https://pw.example.org'

/** What a form of time looks like. */
const TIME: Readonly<Record<string, RegExp>> = {
  newest: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  older: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?$/,
}

/** Every text in an answer, with the name of its field. */
function textsIn(value: unknown, name = ''): [name: string, text: string][] {
  if (typeof value === 'string') return [[name, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, Array.isArray(value) ? name : key))
}

/**
 * Follows every address of the API in an answer, from the index on, and in its Link header, until there is no new
 * one. Gives all that was visited; notes times that have another form than that of `version`.
 */
async function walk(app: FastifyInstance, prefix: string, version: Version) {
  const form = version === '1.4' ? TIME.newest : TIME.older
  const visited = new Set<string>()
  const strange: string[] = []
  const waiting = [`${BASE}${prefix}/`, `${BASE}${prefix}/events/?per_page=250`]
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (visited.has(url)) continue
    visited.add(url)
    const answer = await app.inject({
      url: url.slice(BASE.length),
      headers: { authorization: `Token ${tokenOf('mira')}` },
    })
    if (answer.statusCode !== 200) strange.push(`${url}: ${answer.statusCode}`)
    const texts = textsIn(answer.json())
    strange.push(
      ...texts
        .filter(([name, text]) => name === 'date' && !form?.test(text))
        .map(([, text]) => `${url}: ${text}`),
    )
    const links = [...String(answer.headers.link ?? '').matchAll(/<([^>]*)>/g)].map(
      ([, link]) => link as string,
    )
    waiting.push(...links, ...texts.map(([, text]) => text).filter((text) => text.startsWith(`${BASE}/api`)))
  }
  return { visited: [...visited], strange }
}

async function fill(api: Api): Promise<void> {
  await api.send('POST /patches/1/checks/', { state: 'success' }, 'mira')
  await api.send('POST /bundles/', { name: 'next', patches: [1, 2], public: true }, 'mira')
  await api.send('PATCH /patches/1/', { state: 'accepted', delegate: 1, related: [2] }, 'mira')
  await api.send('PATCH /covers/1/comments/1/', { addressed: true }, 'mira')
  await api.db.updateTable('projects').set({ show_dependencies: 1 }).execute()
  await api.db.insertInto('series_dependencies').values({ series_id: 1, depends_on_id: 2 }).execute()
}

describeApi('addresses in answers', (api) => {
  it.each(PREFIXES)('of %s stay in it, and so do their times', async (prefix, version) => {
    await fill(api)
    const { visited, strange } = await walk(api.app, prefix, version)
    expect(strange).toEqual([])
    const inside = visited.map((url) => url.slice(BASE.length))
    expect(inside.filter((url) => !url.startsWith(`${prefix}/`))).toEqual([])
    expect(inside.filter((url) => prefix === '/api' && /^\/api\/\d/.test(url))).toEqual([])
    const expected = [
      '/patches/1/',
      '/patches/1/checks/',
      '/patches/1/checks/1/',
      '/series/2/',
      '/bundles/1/',
    ]
    if (version !== '1.0') expected.push('/patches/1/comments/', '/covers/1/comments/')
    if (version === '1.3') expected.push('/patches/1/comments/2/', '/covers/1/comments/1/')
    expect(inside).toEqual(expect.arrayContaining(expected.map((path) => prefix + path)))
  })

  it.each(['1.0', '1.2', '1.3'] as const)('without a version may be those of %s', async (version) => {
    await fill(api)
    const app = await buildApp(
      contextOn(api, {
        environment: { PATCHWORK_PUBLIC_URL: BASE, PATCHWORK_DEFAULT_API_VERSION: version },
      }),
    )
    const { visited, strange } = await walk(app, '/api', version)
    expect(strange).toEqual([])
    expect(visited.filter((url) => !url.startsWith(`${BASE}/api/`) || /\/api\/\d/.test(url))).toEqual([])
    for (const path of ['/', '/patches/1/', '/events/', '/series/', '/states/']) {
      const named = await app.inject(`/api/${version}${path}`)
      expect((await app.inject(`/api${path}`)).body.replaceAll('/api/', `/api/${version}/`)).toBe(named.body)
    }
    const document = (await app.inject('/api/schema.json')).json()
    expect(document.info.version).toBe(version)
    expect((await app.inject('/api/schema.yaml')).body).toContain(`version: "${version}"`)
    expect((await app.inject('/api/1.4/schema.json')).json().info.version).toBe('1.4')
    for (const page of ['/api/docs/', '/api/1.4/docs/'])
      expect((await app.inject(page)).body).toContain(`default (${version})`)
    expect((await app.inject('/api/1.4/patches/1/')).json().date).toMatch(/Z$/)
    await app.close()
  })
})
