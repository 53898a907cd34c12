import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { insertToken } from '../../src/domain/tokens/updates.js'
import { insertUser } from '../../src/domain/users/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'
import { hashPassword } from '../support/passwords.js'

const NOW = new Date('2026-10-05T12:00:00.123Z')
const TOKEN = 'a'.repeat(40)

const AFTER_LOGIN = 'It may be shown after a login, for example with an API token.'

function basic(text: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` }
}

describeOnEach('the API', (fixture) => {
  let app: FastifyInstance

  beforeEach(async () => {
    const { db } = fixture
    await insertProject(db, {
      link_name: 'lamps',
      name: 'Lamps',
      list_id: 'lamps.example.org',
      list_email: 'lamps@example.org',
    })
    const user = {
      username: 'ola',
      email: 'ola@example.org',
      first_name: '',
      last_name: '',
      is_superuser: false,
      joined: '2026-10-05T12:00:00',
    }
    await insertToken(
      db,
      await insertUser(db, { ...user, password: await hashPassword('secret') }),
      TOKEN,
      '2026-10-05T12:00:00',
    )
    for (let number = 1; number <= 3; number++)
      await ingest(
        db,
        mail({ id: `${number}@x`, subject: `[PATCH ${number}/3] lamp ${number}`, references: '<0@x>' }),
        { now: NOW },
      )
    app = await buildApp(
      contextOn(fixture, { environment: { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' }, now: () => NOW }),
    )
  })
  afterEach(() => app.close())

  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await app.inject({ url, headers })
    return { status: response.statusCode, headers: response.headers, body: response.json() }
  }

  it('shows each version the fields that it knows', async () => {
    const newest = (await get('/api/patches/1/')).body
    expect(newest).toMatchObject({
      url: 'https://pw.example.org/api/patches/1/',
      date: '2026-10-05T08:00:00Z',
      prefixes: ['1/3'],
    })
    const oldest = (await get('/api/1.0/patches/1/')).body
    expect(oldest).toMatchObject({
      url: 'https://pw.example.org/api/1.0/patches/1/',
      date: '2026-10-05T08:00:00',
    })
    const missing = Object.keys(newest).filter((name) => !(name in oldest))
    expect(missing.toSorted()).toEqual(['comments', 'list_archive_url', 'related', 'sha256', 'web_url'])
    expect(oldest.project).not.toHaveProperty('commit_url_format')
    expect(oldest.series[0]).not.toHaveProperty('web_url')
  })

  it('pages, and says so in the Link header', async () => {
    const { headers, body } = await get('/api/1.3/patches?per_page=1&page=2')
    expect(body.map(({ id }: { id: number }) => id)).toEqual([2])
    const url = 'https://pw.example.org/api/1.3/patches/'
    expect(headers.link).toBe(
      `<${url}?page=3&per_page=1>; rel="next", <${url}?per_page=1>; rel="prev", ` +
        `<${url}?page=1&per_page=1>; rel="first", <${url}?page=3&per_page=1>; rel="last"`,
    )
  })

  it.each([
    ['state=new', [1, 2, 3]],
    ['state=rejected', []],
    ['q=LAMP+2', [2]],
    ['q=%25', []],
    ['order=-id', [3, 2, 1]],
    ['order=,-id', [3, 2, 1]],
    ['msgid=2@x', [2]],
    ['since=2026-10-06', []],
    ['project=LAMPS&archived=false', [1, 2, 3]],
    ['page=last&per_page=2', [3]],
  ])('filters by %s', async (query, ids) => {
    const { body } = await get(`/api/patches/?${query}`)
    expect(body.map(({ id }: { id: number }) => id)).toEqual(ids)
  })

  it.each([
    ['/api/patches/?page=9', 404, { detail: 'Invalid page.' }],
    ['/api/patches/9/', 404, { detail: 'No Patch matches the given query.' }],
    ['/api/patches/abc/', 404, { detail: 'Not found.' }],
    ['/api/1.5/patches/', 404, { detail: 'Not found.' }],
    ['/api/users/', 404, { detail: `Not found. ${AFTER_LOGIN}` }],
    ['/api/patches/?q=%00', 400, ['Null characters are not allowed.']],
  ])('answers %s with %i', async (url, status, body) => {
    expect(await get(url)).toMatchObject({ status, body })
  })

  it('opens with a token or a password, and with nothing else', async () => {
    expect(await get('/api/users/', { authorization: `Token ${TOKEN}` })).toMatchObject({ status: 200 })
    expect(await get('/api/users/', basic('ola:secret'))).toMatchObject({ status: 200 })
    expect(await get('/api/users/', basic('ola:wrong'))).toMatchObject({
      status: 403,
      body: { detail: 'Invalid username/password.' },
    })
    expect(await get('/api/patches/', { authorization: 'Token x' })).toMatchObject({
      status: 403,
      body: { detail: 'Invalid token.' },
    })
  })

  it('serves a series that git am can take', async () => {
    const { body, headers } = await app.inject('/series/1/mbox/')
    expect(headers['content-disposition']).toBe('attachment; filename=1-3-lamp-1.patch')
    expect(body.match(/^From patchwork Mon Oct {2}5 08:00:00 2026$/gm)).toHaveLength(3)
    expect(body).toContain('X-Patchwork-Id: 2\n')
  })
})
