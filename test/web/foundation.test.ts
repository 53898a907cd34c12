import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { newToken, SESSION_COOKIE, viewerOf } from '../../src/auth/session.js'
import { insertSession } from '../../src/domain/users/sessions.js'
import { insertUser } from '../../src/domain/users/updates.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { hashPassword } from '../support/passwords.js'

const NOW = '2026-10-05T12:00:00.000000'

async function page(app: FastifyInstance, cookie: string): Promise<string> {
  return (await app.inject({ url: '/nothing/', headers: { accept: 'text/html', cookie } })).body
}

describeOnEach('the frame of the pages', (fixture) => {
  let app: FastifyInstance

  beforeEach(async () => {
    app = await buildApp(contextOn(fixture, { now: () => new Date(`${NOW}Z`) }))
  })
  afterEach(() => app.close())

  it('tells browsers what is missing by a page without any script or style within it', async () => {
    const response = await app.inject({ url: '/nothing/', headers: { accept: 'text/html' } })
    expect(response.statusCode).toBe(404)
    expect(response.body).toContain('<h1>Not found</h1>')
    expect(response.body).not.toMatch(/<style|style=|<script>|onclick/)
    expect(response.headers['content-security-policy']).toContain("script-src 'self'")
    expect(response.headers['content-security-policy']).not.toContain('unsafe')
  })

  it('tells everybody else in one line, and those who ask the API in JSON', async () => {
    expect((await app.inject('/nothing/')).body).toBe('Not found.\n')
    expect((await app.inject('/api/nothing/')).json()).toEqual({ detail: 'Not found.' })
  })

  it('takes the choice of colours from its cookie, and from no other value', async () => {
    expect(await page(app, 'theme=dark')).toContain('<html lang="en" data-theme="dark">')
    expect(await page(app, 'theme="><script>')).toContain('<html lang="en">')
  })

  it('knows who has logged in until the session ends', async () => {
    const { db } = fixture
    const user = {
      username: 'ola',
      email: 'o@x',
      first_name: '',
      last_name: '',
      is_superuser: false,
      joined: NOW,
    }
    const userId = await insertUser(db, { ...user, password: await hashPassword('secret') })
    const token = newToken()
    await insertSession(db, { userId, token, created: NOW, expires: '2026-10-06T12:00:00', agent: 'x' })
    const request = { headers: { cookie: `a=b; ${SESSION_COOKIE}=${token}` } }
    expect((await viewerOf(db, request, NOW))?.username).toBe('ola')
    expect(await viewerOf(db, request, '2026-10-06T12:00:01')).toBeUndefined()
    expect(
      await viewerOf(db, { headers: { cookie: `${SESSION_COOKIE}=${newToken()}` } }, NOW),
    ).toBeUndefined()
  })
})
