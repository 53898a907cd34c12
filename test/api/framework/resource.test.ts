import { expect, it } from 'vitest'
import { RESOURCES } from '../../../src/api/api.js'
import { METHODS } from '../../../src/api/framework/operation.js'
import { operationsAt } from '../../../src/api/framework/resource.js'
import { raw } from '../../server/support.js'
import { PREFIXES } from '../../support/validated.js'
import { describeApi, tokenOf, type Who } from '../support.js'

const HINT = 'It may be shown after a login, for example with an API token.'

describeApi('requests', (api) => {
  /** Sends a request with a type and no byte of a body over a connection; gives its status and what came. */
  async function sendEmpty(request: string, type: string, framing: string, as: Who = 'mira') {
    if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 })
    const [method, path] = request.split(' ')
    const answer = await raw(
      api.app,
      `${method} /api${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
        `Authorization: Token ${tokenOf(as)}\r\nContent-Type: ${type}\r\n${framing}`,
    )
    return { status: Number(answer.slice(9, 12)), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) }
  }

  const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'

  it.each(
    [
      'application/json',
      'application/json; charset=utf-8',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      'text/plain',
    ].flatMap((type) => ['Content-Length: 0\r\n\r\n', '\r\n', CHUNKED].map((framing) => [type, framing])),
  )('of type %s without a body have no fields: %j', async (type, framing) => {
    await api.send('POST /bundles/', { name: 'next', patches: [1] }, 'mira')
    const before = (await api.get('/patches/1/')).body
    const missing = ['This field is required.']
    for (const [request, status, body] of [
      ['OPTIONS /patches/1/', 200, { name: 'Patchwork' }],
      ['PATCH /patches/1/', 200, { id: 1, state: 'new' }],
      ['PUT /patches/1/', 400, { state: missing, delegate: missing }],
      ['POST /bundles/', 400, { name: missing }],
      ['POST /patches/1/checks/', 400, { state: ['A check must have a state.'] }],
      ['PATCH /patches/', 400, { ids: missing }],
    ] as const) {
      const answer = await sendEmpty(request, type, framing)
      expect(answer.status, `${request}: ${answer.body}`).toBe(status)
      expect(JSON.parse(answer.body)).toMatchObject(body)
    }
    expect(await sendEmpty('DELETE /bundles/1/', type, framing)).toEqual({ status: 204, body: '' })
    expect((await api.get('/patches/1/')).body).toEqual(before)
  })

  it('by methods that an address does not have are told which it has', async () => {
    for (const [prefix, version] of PREFIXES)
      for (const resource of RESOURCES) {
        const has = new Set<string>(operationsAt(resource, version).map(([method]) => method))
        const url = prefix + resource.path.replace(/:\w+/g, '1')
        const { status, headers } = await api.send(`OPTIONS ${url}`)
        expect([url, status]).toEqual([url, has.size > 0 ? 200 : 404])
        const { allow } = headers
        for (const method of [...METHODS, 'head'].filter((one) => !has.has(one === 'head' ? 'get' : one))) {
          const answer = await api.app.inject({ method: method.toUpperCase() as 'GET', url })
          const expected = has.size > 0 ? [405, allow] : [404, undefined]
          expect([method, url, answer.statusCode, answer.headers.allow]).toEqual([method, url, ...expected])
          if (method !== 'head' && has.size > 0)
            expect(answer.json()).toEqual({ detail: `Method "${method.toUpperCase()}" not allowed.` })
        }
      }
  })

  it('are told so in whatever form the address is written', async () => {
    for (const [request, status, allow] of [
      ['POST /patches/1/', 405, 'GET, PUT, PATCH, HEAD, OPTIONS'],
      ['POST /p%61tches/%31?x=1', 405, 'GET, PUT, PATCH, HEAD, OPTIONS'],
      ['HEAD /series/1/recheck/', 405, 'POST, HEAD, OPTIONS'],
      // Named by versions that do not have it yet.
      ['POST /api/1.1/bundles/', 405, 'GET, POST, HEAD, OPTIONS'],
      ['POST /patches/abc/', 404, undefined],
      ['POST /nothing/', 404, undefined],
      ['GET /nothing/', 404, undefined],
      [`POST /people/${'x'.repeat(2001)}/`, 404, undefined],
      ['POST /schema/', 404, undefined],
      ['PROPFIND /patches/1/', 501, undefined],
    ] as const) {
      const answer = await api.send(request)
      expect([request, answer.status, answer.headers.allow]).toEqual([request, status, allow])
    }
  })

  it('lead to the documentation where they ask for a page', async () => {
    for (const [prefix] of PREFIXES)
      for (const path of ['/', '/patches/', '/patches/1/', '/patches/999/', '/users/'])
        for (const method of ['GET', 'HEAD'])
          expect(await api.send(`${method} ${prefix}${path}?format=api`), prefix + path).toMatchObject({
            status: 302,
            headers: { location: `${prefix}/docs/` },
          })
    expect(await api.send('PATCH /patches/1/?format=api', { state: 'accepted' }, 'mira')).toMatchObject({
      status: 404,
    })
    expect((await api.get('/patches/1/')).body.state).toBe('new')
    expect((await api.get('/patches/?format=xml')).status).toBe(404)
    expect((await api.get('/patches/1/?format=json')).status).toBe(200)
  })

  it('are told where what they made is', async () => {
    for (const [path, body, location] of [
      ['/api/1.2/patches/1/checks/', { state: 'success' }, '/api/1.2/patches/1/checks/1/'],
      ['/api/bundles/', { name: 'next', patches: [1] }, '/api/bundles/1/'],
    ] as const) {
      const made = await api.send(`POST ${path}`, body, 'mira')
      expect(made).toMatchObject({
        status: 201,
        headers: { location: `https://pw.example.org${location}` },
        body: { url: `https://pw.example.org${location}` },
      })
      expect((await api.get(location, 'mira')).body).toEqual(made.body)
    }
    const many = await api.send('POST /series/1/checks/', { state: 'success' }, 'mira')
    expect(many.headers).not.toHaveProperty('location')
  })

  it('without a login are told where one may help, whether there is something or not', async () => {
    await api.send('POST /bundles/', { name: 'mine', patches: [1] }, 'mira')
    for (const path of ['/users/', '/users/1/', '/users/99/', '/people/', '/people/1/', '/people/99/'])
      expect(await api.get(path)).toMatchObject({ status: 404, body: { detail: `Not found. ${HINT}` } })
    const none = 'No Bundle matches the given query.'
    for (const request of [
      'GET /bundles/1/',
      'GET /bundles/99/',
      'PATCH /bundles/1/',
      'DELETE /bundles/1/',
    ]) {
      expect(await api.send(request)).toMatchObject({ status: 404, body: { detail: `${none} ${HINT}` } })
      expect(await api.send(request, undefined, 'una')).toMatchObject({ status: 404, body: { detail: none } })
    }
    for (const path of ['/patches/99/', '/projects/none/', '/series/99/', '/nothing/', '/patches/?page=9'])
      expect((await api.get(path)).body.detail).not.toContain(HINT)
  })
})

it('remember nothing of webhooks, which change without a sign', () => {
  const ofWebhooks = RESOURCES.filter(({ path, get }) => get && path.includes('/webhooks/'))
  expect(ofWebhooks).toHaveLength(4)
  expect(ofWebhooks.map(({ get }) => get?.isRemembered)).toEqual([false, false, false, false])
})
