import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serverWith } from './support.js'

let app: FastifyInstance
beforeAll(async () => {
  app = await serverWith()
  app.post('/form/', async () => 'done')
})
afterAll(() => app.close())

async function status(method: 'GET' | 'POST' | 'DELETE', url: string, headers: Record<string, string>) {
  return (await app.inject({ method, url, headers })).statusCode
}

it.each(['cross-site', 'same-site', 'CROSS-SITE', '', 'same-origin, cross-site'])(
  'lets no page of another site change anything: %j',
  async (site) => {
    const headers = { 'sec-fetch-site': site }
    expect(await status('POST', '/form/', headers)).toBe(403)
    expect(await status('POST', '/api/short/', headers)).toBe(403)
    expect(await status('DELETE', '/nothing/', headers)).toBe(403)
    expect(await status('POST', '/form/', { ...headers, authorization: 'Token x' })).toBe(403)
    expect(await status('POST', '/api/short/', { ...headers, authorization: 'Basic x' })).toBe(403)
    expect(await status('POST', '/api/short/', { ...headers, authorization: 'Token x' })).toBe(200)
    expect(await status('GET', '/page/', headers)).toBe(200)
  },
)

it.each([{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, {}])(
  'lets people and programs: %j',
  async (headers) => {
    expect(await status('POST', '/form/', headers as Record<string, string>)).toBe(200)
    expect(await status('POST', '/api/short/', headers as Record<string, string>)).toBe(200)
  },
)
