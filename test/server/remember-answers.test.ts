import type { LightMyRequestResponse } from 'fastify'
import { expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { changesOf } from '../../src/db/changes.js'
import { connect } from '../../src/db/connect.js'
import { transaction } from '../../src/db/transaction.js'
import { type Api, describeApi, NOW, tokenOf } from '../api/support.js'
import { contextOn } from '../support/context.js'
import { statementsOf, stopClock } from '../support/statements.js'
import { until } from '../support/until.js'
import { insertDelivery, insertHook } from '../support/webhooks.js'

stopClock()

/** Each kind of answer that is remembered. */
const PATHS = [
  '/api/1.3/patches/',
  '/api/patches/?state=new&per_page=2',
  '/api/patches/1/',
  '/api/1.2/series/',
  '/api/covers/1/',
  '/api/events/',
  '/api/projects/',
  '/series/1/mbox/',
  '/project/lamps/list/',
  '/project/lamps/list/?view=series',
  '/project/lamps/patch/1@x/',
  '/project/lamps/feed/patches/?state=*',
  '/submitter/?q=ola',
]

type Headers = Record<string, string>

const ask = (api: Pick<Api, 'app'>, url: string, headers: Headers = {}) =>
  api.app.inject({ method: 'GET', url, headers })

const now = () => new Date(`${NOW}Z`)

/** All of an answer but what belongs to its request. */
function contentOf({ statusCode, headers, rawPayload }: LightMyRequestResponse) {
  const { 'x-request-id': _, 'server-timing': __, date: ___, ...others } = headers
  return { statusCode, headers: others, body: rawPayload.toString('base64') }
}

/** PostgreSQL tells of changes once a connection listens. */
async function ready(api: Api): Promise<void> {
  await ask(api, '/api/projects/')
  await until(() => changesOf(api.db).stamp() !== undefined)
  // The first check counts what was there before.
  const { hits } = await figures(api)
  await until(async () => {
    await ask(api, '/api/projects/')
    return (await figures(api)).hits > hits
  })
}

async function figures(api: Pick<Api, 'app'>): Promise<{ hits: number; misses: number; bytes: number }> {
  const { body } = await ask(api, '/metrics')
  const read = (name: string) => Number(new RegExp(`^patchwork_answers_${name} (\\d+)$`, 'm').exec(body)?.[1])
  return { hits: read('hits_total'), misses: read('misses_total'), bytes: read('bytes') }
}

const renamePatch = (api: Api, name: string) =>
  api.db.updateTable('patches').set({ name }).where('id', '=', 1).execute()

describeApi('answers that are remembered', (api) => {
  it('are given again without a statement, byte by byte the same, in each encoding', async () => {
    await ready(api)
    for (const url of PATHS)
      for (const headers of [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip' }] as Headers[]) {
        const first = await ask(api, url, headers)
        expect([url, first.statusCode]).toEqual([url, 200])
        let again: LightMyRequestResponse | undefined
        const statements = await statementsOf(async () => {
          again = await ask(api, url, headers)
        })
        expect([url, statements.filter((text) => !text.includes('pg_current_snapshot'))]).toEqual([url, []])
        expect(contentOf(again as LightMyRequestResponse)).toEqual(contentOf(first))
        expect(again?.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
      }
    expect((await figures(api)).bytes).toBeGreaterThan(10_000)
  })

  it('stay when something is sent to webhooks, of which nothing is remembered', async () => {
    const hook = await insertHook(api.db)
    await insertDelivery(api.db, hook)
    const { id: delivery } = await api.db
      .selectFrom('webhook_deliveries')
      .select('id')
      .executeTakeFirstOrThrow()
    const path = `/api/1.4/projects/lamps/webhooks/${hook}/`
    const own = [
      '/api/1.4/projects/lamps/webhooks/',
      path,
      `${path}deliveries/`,
      `${path}deliveries/${delivery}/`,
    ]
    const headers = { authorization: `Token ${tokenOf('mira')}` }
    await ready(api)
    for (const url of [...PATHS, ...own]) await ask(api, url, headers)
    const { hits } = await figures(api)
    const before = await Promise.all(own.map((url) => ask(api, url, headers)))
    expect((await figures(api)).hits).toBe(hits)
    await transaction(api.db, async (db) => {
      await db.updateTable('webhooks').set({ failing_since: NOW, reason: 'No.' }).execute()
      await db.updateTable('webhook_deliveries').set({ attempts: 7 }).execute()
      await insertDelivery(db, hook, 2)
    })
    const after = await Promise.all(own.map((url) => ask(api, url, headers)))
    for (const [index, { statusCode, body }] of after.entries()) {
      expect(statusCode).toBe(200)
      expect(body).not.toBe(before[index]?.body)
      expect(body).toMatch(/"No\."|"attempts":7/)
    }
    expect((await figures(api)).hits).toBe(hits)
    for (const url of PATHS) await ask(api, url, headers)
    expect((await figures(api)).hits).toBe(hits + PATHS.length)
  })

  it('are the same as those of a server that remembers nothing', async () => {
    await ready(api)
    const environment = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org', PATCHWORK_ANSWER_CACHE: '0' }
    const plain = await buildApp(contextOn({ db: api.db, url: api.url }, { environment, now }))
    for (const url of [...PATHS, '/api/patches/999/', '/', '/project/lamps/', '/user/login/', '/api/'])
      for (const headers of [{}, { cookie: 'theme=dark' }, { authorization: `Token ${tokenOf('mira')}` }]) {
        await ask(api, url, headers)
        const [again, made] = [await ask(api, url, headers), await ask({ app: plain }, url, headers)]
        if (made.headers['set-cookie'] === undefined) expect(contentOf(again)).toEqual(contentOf(made))
      }
    expect(await figures({ app: plain })).toMatchObject({ hits: 0, misses: 0, bytes: 0 })
    await plain.close()
  })

  it('decide that a client has them already without a statement, after a request of another client', async () => {
    await ready(api)
    for (const url of PATHS) {
      const { headers } = await ask(api, url)
      await renamePatch(api, `lamp of ${url}`)
      const first = await ask(api, url, { 'if-none-match': '"none"' })
      const condition = { 'if-none-match': String(first.headers.etag) }
      let again: LightMyRequestResponse | undefined
      const statements = await statementsOf(async () => {
        again = await ask(api, url, condition)
      })
      expect(statements.filter((text) => !text.includes('pg_current_snapshot'))).toEqual([])
      expect(again).toMatchObject({ statusCode: 304, body: '' })
      expect(again?.headers['content-type']).toBeUndefined()
      expect(again?.headers.vary).toBe(headers.vary)
    }
    // A client that has only ever asked with a condition has the answer made once.
    await renamePatch(api, 'lamp')
    const { etag } = (await ask(api, '/api/patches/2/')).headers
    await renamePatch(api, 'lamp again')
    await ask(api, '/api/patches/2/', { 'if-none-match': String(etag) })
    const before = await figures(api)
    await ask(api, '/api/patches/2/', { 'if-none-match': String(etag) })
    expect((await figures(api)).hits).toBe(before.hits + 1)
  })

  it('are made once for all who ask at once', async () => {
    await ready(api)
    await renamePatch(api, 'new')
    const before = await figures(api)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(api, '/api/patches/')))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true)
    expect(await figures(api)).toMatchObject({ hits: before.hits + 19, misses: before.misses + 1 })
  })
})

describeApi('an answer to one caller', (api) => {
  it('is not given to another', async () => {
    await ready(api)
    const made = await api.send('POST /bundles/', { name: 'secret', public: false, patches: [1] }, 'mira')
    const { id } = made.body as { id: number }
    for (let round = 0; round < 3; round++) {
      for (const [who, status] of [
        ['mira', 200],
        ['ola', 404],
        [undefined, 404],
      ] as const)
        expect([who, (await api.get(`/bundles/${id}/`, who)).status]).toEqual([who, status])
      expect(await api.ids('/bundles/', 'mira')).toEqual([id])
      expect(await api.ids('/bundles/', 'ola')).toEqual([])
      expect(await api.ids('/bundles/')).toEqual([])
    }
  })

  it('is not given to a token that no longer opens its account', async () => {
    await ready(api)
    for (let round = 0; round < 2; round++) expect((await api.get('/users/', 'una')).status).toBe(200)
    await api.db.updateTable('users').set({ is_active: 0 }).where('id', '=', 4).execute()
    expect((await api.get('/users/', 'una')).status).toBe(403)
    expect((await ask(api, '/api/users/', { authorization: 'Token none' })).statusCode).toBe(403)
  })

  it('is not given where the address of the server is another', async () => {
    await ready(api)
    const app = await buildApp(
      contextOn(
        { db: api.db, url: api.url },
        { environment: { PATCHWORK_TRUSTED_HOSTS: 'one.example.org,two.example.org' } },
      ),
    )
    for (const host of ['one.example.org', 'two.example.org', 'one.example.org', 'evil.example.org']) {
      const { statusCode, body } = await ask({ app }, '/api/patches/1/', { host })
      if (host.startsWith('evil')) expect(statusCode).toBe(400)
      else expect(body).toContain(`http://${host}/api/patches/1/`)
    }
    await app.close()
  })
})

describeApi('what is not remembered', (api) => {
  it('is what depends on the clock, on cookies, or on nothing that a commit would change', async () => {
    await ready(api)
    for (const [url, headers] of [
      ['/project/lamps/', {}],
      ['/', {}],
      ['/user/login/', {}],
      ['/api/patches/', { cookie: 'patchwork_session=x' }],
      ['/project/lamps/list/', { cookie: 'patchwork_message=x' }],
      ['/healthz', {}],
    ] as [string, Headers][]) {
      await ask(api, url, headers)
      const { hits } = await figures(api)
      await ask(api, url, headers)
      expect([url, (await figures(api)).hits]).toEqual([url, hits])
    }
  })

  it('is a page in other colours than the reader has chosen', async () => {
    await ready(api)
    const page = async (theme: string) =>
      (await ask(api, '/project/lamps/list/', theme ? { cookie: `theme=${theme}` } : {})).body
    const [none, dark, light] = [await page(''), await page('dark'), await page('light')]
    expect(dark).not.toBe(none)
    expect(light).not.toBe(dark)
    expect([await page(''), await page('dark'), await page('light')]).toEqual([none, dark, light])
  })
})

describeApi('a commit', (api) => {
  it('while an answer is made leaves that answer to those who asked before', async () => {
    await ready(api)
    for (let round = 0; round < 20; round++) {
      const reading = Array.from({ length: 4 }, () => api.get('/patches/1/'))
      await renamePatch(api, `round ${round}`)
      expect((await api.get('/patches/1/')).body.name).toBe(`round ${round}`)
      await Promise.all(reading)
      expect((await api.get('/patches/1/')).body.name).toBe(`round ${round}`)
    }
  })

  it('of another process is seen, in small tables too', async () => {
    await ready(api)
    const other = connect(api.url)
    for (const name of ['One', 'Two', 'Three']) {
      await api.get('/projects/1/')
      await other.updateTable('projects').set({ name }).where('id', '=', 1).execute()
      await until(async () => (await api.get('/projects/1/')).body.name === name)
      await api.get('/patches/1/')
      expect((await api.get('/patches/1/')).body.project.name).toBe(name)
    }
    await other.destroy()
  })
})
