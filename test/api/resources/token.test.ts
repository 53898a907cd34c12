import { expect, it } from 'vitest'
import { toTime } from '../../../src/util/time.js'
import { type Answer, type Api, describeApi, ID, NOW, tokenOf } from '../support.js'

const DAY = 24 * 60 * 60 * 1000

/** So many days after the start of the clock. */
function inDays(days: number): string {
  return toTime(new Date(new Date(`${NOW}Z`).getTime() + days * DAY)).slice(0, 19)
}

describeApi(
  'tokens',
  (api: Api) => {
    /** Sends a request with a token. */
    const by = async (token: string, request: string, body?: object, scheme = 'Token'): Promise<Answer> => {
      const [method = '', path = ''] = request.split(' ')
      const response = await api.app.inject({
        method: method as 'GET',
        url: `/api${path}`,
        headers: { authorization: `${scheme} ${token}` },
        ...(body ? { payload: body } : {}),
      })
      const isJson = String(response.headers['content-type']).startsWith('application/json')
      return {
        status: response.statusCode,
        headers: response.headers,
        body: isJson && response.body !== '' ? response.json() : response.body,
      }
    }
    /** Makes a token of mira, who maintains Lamps. */
    const make = async (fields: object, maker = tokenOf('mira')) => {
      const answer = await by(maker, `POST /users/${ID.mira}/tokens/`, {
        name: 'ci',
        scopes: ['checks'],
        ...fields,
      })
      expect(answer.body).toMatchObject({ token: expect.stringMatching(/^pwt_[0-9a-f]{40}$/) })
      return answer.body as { id: number; token: string; url: string }
    }
    const CHECK = { state: 'success', context: 'build' }

    it('are shown once, kept as digests, and listed without what opens the account', async () => {
      const fields = {
        scopes: ['checks', 'read'],
        projects: ['lamps'],
        contexts: ['build*'],
        expires: '2027-01-01',
      }
      const { id, token, ...made } = await make({ ...fields, name: 'CI 🤖 κατασκευή' })
      expect(made).toMatchObject({
        url: `https://pw.example.org/api/users/1/tokens/${id}/`,
        name: 'CI 🤖 κατασκευή',
        scopes: ['checks', 'read'],
        projects: ['lamps'],
        contexts: ['build*'],
        created: `${NOW}Z`,
        expires: '2027-01-01T00:00:00Z',
        last_used: null,
        made_by: 'mira',
      })
      const list = await api.get(`/users/${ID.mira}/tokens/`, 'mira')
      expect(list.body.map((one: { name: string }) => one.name)).toEqual(['', 'CI 🤖 κατασκευή'])
      expect(list.body[0]).toMatchObject({ projects: null, contexts: null, expires: null })
      const one = await api.get(`/users/${ID.mira}/tokens/${id}/`, 'mira')
      expect(one.body).toEqual(list.body[1])
      expect(JSON.stringify([list.body, one.body])).not.toContain(token)
      const stored = JSON.stringify(await api.db.selectFrom('tokens').selectAll().execute())
      expect(stored).not.toContain(token)
    })

    it('tell who they are and what they may', async () => {
      const { id, token } = await make({ projects: [1], contexts: ['build'] })
      for (const scheme of ['Token', 'Bearer', 'bearer']) {
        const { status, body } = await by(token, 'GET /token/', undefined, scheme)
        expect([status, body]).toMatchObject([
          200,
          {
            user: { username: 'mira' },
            token: { id, contexts: ['build'] },
            scopes: ['checks'],
            maintains: ['lamps'],
            checks: ['lamps'],
          },
        ])
      }
      expect((await api.get('/token/', 'mira')).body).toMatchObject({
        token: { name: '' },
        maintains: ['lamps'],
      })
      expect(await api.get('/token/')).toMatchObject({ status: 403 })
      expect(await by('pwt_unknown', 'GET /token/', undefined, 'Bearer')).toMatchObject({
        status: 403,
        body: { detail: 'Invalid token.' },
      })
    })

    it('may do what their scopes say, and are told which one is missing', async () => {
      const { token } = await make({})
      expect((await by(token, 'POST /patches/1/checks/', CHECK)).status).toBe(201)
      const refused = async (request: string, body: object, scope: string, from = token) =>
        expect(await by(from, request, body), request).toMatchObject({
          status: 403,
          body: { detail: `The token lacks the scope '${scope}'.` },
        })
      await refused('PATCH /patches/1/', { state: 'accepted' }, 'states')
      await refused('PATCH /patches/', { ids: [1], state: 'accepted' }, 'states')
      await refused('PATCH /patches/1/comments/1/', { addressed: true }, 'comments')
      await refused('POST /bundles/', { name: 'mine', patches: [1] }, 'bundles')
      await refused('PATCH /projects/1/', { web_url: '' }, 'admin')
      await refused(`PATCH /users/${ID.mira}/`, { first_name: 'M' }, 'admin')
      await refused(`POST /users/${ID.mira}/tokens/`, { name: 'x', scopes: ['read'] }, 'admin')
      await refused('POST /projects/1/checkers/', { bot: 'x' }, 'admin')
      expect((await by(token, 'GET /users/')).body).toEqual({ detail: "The token lacks the scope 'read'." })
      expect((await by(token, 'GET /patches/')).status).toBe(200)
      const { token: reader } = await make({ scopes: ['read'] })
      await refused('POST /patches/1/checks/', CHECK, 'checks', reader)
      expect((await by(reader, 'GET /users/')).status).toBe(200)
      const { token: editor } = await make({ scopes: ['states', 'comments', 'bundles'] })
      expect((await by(editor, 'PATCH /patches/1/', { state: 'accepted' })).status).toBe(200)
      expect((await by(editor, 'PATCH /patches/1/comments/1/', { addressed: true })).status).toBe(200)
      expect((await by(editor, 'POST /bundles/', { name: 'theirs', patches: [1] })).status).toBe(201)
      await refused('POST /patches/1/checks/', CHECK, 'checks', editor)
    })

    it('are limited to projects and contexts', async () => {
      await api.db.insertInto('maintainers').values({ user_id: ID.mira, project_id: 2 }).execute()
      const { token } = await make({
        scopes: ['checks', 'admin'],
        projects: ['ropes'],
        contexts: ['sashiko*', 'x'],
      })
      const outside = {
        status: 403,
        body: { detail: 'This is outside the projects that the token is limited to.' },
      }
      expect(await by(token, 'POST /patches/1/checks/', CHECK)).toMatchObject(outside)
      expect(await by(token, 'PATCH /projects/1/', { web_url: '' })).toMatchObject(outside)
      expect(await by(token, `PATCH /users/${ID.mira}/`, { first_name: 'M' })).toMatchObject(outside)
      expect(await by(token, 'POST /patches/4/checks/', CHECK)).toMatchObject({
        status: 400,
        body: { context: ['The token may only post checks of these contexts: sashiko*, x.'] },
      })
      const { token: bundler } = await make({ scopes: ['bundles'], projects: ['ropes'] })
      expect(await by(bundler, 'POST /bundles/', { name: 'lamps', patches: [1] })).toMatchObject(outside)
      const ropes = await by(bundler, 'POST /bundles/', { name: 'ropes', patches: [4] })
      expect(ropes.status).toBe(201)
      expect(await by(bundler, `PATCH /bundles/${ropes.body.id}/`, { patches: [1] })).toMatchObject(outside)
      const posted = await by(token, 'POST /patches/4/checks/', { ...CHECK, context: 'sashiko-review' })
      expect(posted.status).toBe(201)
      await api.db
        .deleteFrom('maintainers')
        .where('project_id', '=', 2)
        .where('user_id', '=', ID.mira)
        .execute()
    })

    it('show private bundles to those who may read them only', async () => {
      const made = await api.send('POST /bundles/', { name: 'closed', patches: [1] }, 'mira')
      const { id } = made.body as { id: number }
      const sees = async (fields: object) => {
        const { token } = await make(fields)
        const ids = (await by(token, 'GET /bundles/')).body.map((bundle: { id: number }) => bundle.id)
        const { status } = await by(token, `GET /bundles/${id}/`)
        const mbox = await api.app.inject({
          url: '/bundle/mira/closed/mbox/',
          headers: { authorization: `Bearer ${token}` },
        })
        return [ids.includes(id), status, mbox.statusCode]
      }
      expect(await sees({ scopes: ['read'] })).toEqual([true, 200, 200])
      expect(await sees({ scopes: ['bundles'], projects: [1] })).toEqual([true, 200, 200])
      expect(await sees({ scopes: ['read'], projects: [2] })).toEqual([false, 404, 404])
      expect(await sees({ scopes: ['checks', 'admin'] })).toEqual([false, 404, 404])
    })

    it('expire, and say when', async () => {
      const { token } = await make({ expires: inDays(1) })
      const read = () => by(token, 'GET /patches/1/')
      // Remembered answers too.
      expect([(await read()).status, (await read()).status]).toEqual([200, 200])
      api.setNow(inDays(2))
      for (const request of ['GET /patches/1/', 'GET /token/', 'POST /patches/1/checks/'])
        expect(await by(token, request, request.startsWith('POST') ? CHECK : undefined)).toMatchObject({
          status: 403,
          body: { detail: 'The token expired on 2026-10-06.' },
        })
      api.setNow(NOW)
      const past = await api.send(
        `POST /users/1/tokens/`,
        { name: 'x', scopes: ['read'], expires: NOW },
        'mira',
      )
      expect(past).toMatchObject({ status: 400, body: { expires: ['This is in the past.'] } })
    })

    it('are revoked at once', async () => {
      const { id, token } = await make({})
      expect((await by(token, 'GET /patches/1/')).status).toBe(200)
      expect((await api.send(`DELETE /users/1/tokens/${id}/`, undefined, 'mira')).status).toBe(204)
      expect(await by(token, 'GET /patches/1/')).toMatchObject({
        status: 403,
        body: { detail: 'Invalid token.' },
      })
      expect((await api.send(`DELETE /users/1/tokens/${id}/`, undefined, 'mira')).status).toBe(404)
      expect((await api.get(`/users/1/tokens/${id}/`, 'mira')).status).toBe(404)
    })

    it('are replaced by others, and both are valid for a day', async () => {
      const { id, token } = await make({ expires: inDays(10), contexts: ['build'] })
      api.setNow(inDays(4))
      const rotated = await api.send(`POST /users/1/tokens/${id}/rotate/`, {}, 'mira')
      expect(rotated).toMatchObject({
        status: 201,
        body: { name: 'ci', contexts: ['build'], expires: `${inDays(14)}Z` },
      })
      const old = (await api.get(`/users/1/tokens/${id}/`, 'mira')).body
      expect(old.expires).toBe(`${inDays(5)}Z`)
      for (const each of [token, rotated.body.token])
        expect((await by(each, 'POST /patches/1/checks/', CHECK)).status).toBe(201)
      api.setNow(inDays(6))
      expect((await by(token, 'GET /token/')).status).toBe(403)
      expect((await by(rotated.body.token, 'GET /token/')).status).toBe(200)
      expect((await api.send(`POST /users/1/tokens/${id}/rotate/`, {}, 'mira')).status).toBe(409)
      api.setNow(NOW)
    })

    it('make none that may do more or live longer', async () => {
      const fields = { scopes: ['admin', 'checks'], projects: [1], contexts: ['a*'], expires: inDays(5) }
      const { token: maker, id } = await make(fields)
      const attempt = async (change: object) =>
        (await by(maker, 'POST /users/1/tokens/', { name: 'x', ...fields, contexts: ['a-*'], ...change }))
          .status
      expect(await attempt({})).toBe(201)
      const more = [
        { scopes: ['states'] },
        { projects: [1, 2] },
        { contexts: ['b'] },
        { contexts: null },
        { expires: null },
        { expires: inDays(6) },
      ]
      for (const change of more) expect([change, await attempt(change)]).toEqual([change, 403])
      // Without projects it gets those of its maker.
      expect(await attempt({ projects: null })).toBe(201)
      // Neither by replacing one that may do more, nor by revoking it, nor by replacing itself.
      const { id: other } = await make({ scopes: ['states'] })
      expect((await by(maker, `POST /users/1/tokens/${other}/rotate/`, {})).status).toBe(403)
      expect((await by(maker, `DELETE /users/1/tokens/${other}/`)).status).toBe(403)
      expect((await by(maker, 'DELETE /users/1/tokens/')).status).toBe(403)
      expect((await by(maker, `POST /users/1/tokens/${id}/rotate/`, { expires: inDays(9) })).status).toBe(403)
      expect((await by(maker, `POST /users/1/tokens/${id}/rotate/`, {})).body).toMatchObject({
        expires: `${inDays(5)}Z`,
      })
    })

    it('of others are seen, made and revoked by administrators alone', async () => {
      const { id } = await make({})
      for (const request of [
        'GET /users/1/tokens/',
        `GET /users/1/tokens/${id}/`,
        `DELETE /users/1/tokens/${id}/`,
        'DELETE /users/1/tokens/',
      ])
        expect([request, (await api.send(request, undefined, 'rolf')).status]).toEqual([request, 403])
      const body = { name: 'x', scopes: ['read'] }
      expect((await api.send('POST /users/1/tokens/', body, 'rolf')).status).toBe(403)
      await api.db.updateTable('users').set({ is_superuser: 1 }).where('id', '=', ID.rolf).execute()
      expect((await api.send('POST /users/1/tokens/', body, 'rolf')).body).toMatchObject({ made_by: 'rolf' })
      // Not by a token that is limited to a project.
      const limited = await api.send(
        'POST /users/3/tokens/',
        { ...body, scopes: ['admin'], projects: [2] },
        'rolf',
      )
      expect((await by(limited.body.token, 'POST /users/1/tokens/', { ...body, projects: [2] })).status).toBe(
        403,
      )
      await api.db.updateTable('users').set({ is_superuser: 0 }).where('id', '=', ID.rolf).execute()
    })

    it('of closed accounts open nothing', async () => {
      const { token } = await make({})
      await api.db.updateTable('users').set({ is_active: 0 }).where('id', '=', ID.mira).execute()
      expect(await by(token, 'GET /patches/1/')).toMatchObject({
        status: 403,
        body: { detail: 'User inactive or deleted.' },
      })
      await api.db.updateTable('users').set({ is_active: 1 }).where('id', '=', ID.mira).execute()
    })

    it('are refused with the field that is wrong, and never above the limit', async () => {
      const attempt = (body: object) => api.send('POST /users/1/tokens/', body, 'mira')
      expect((await attempt({})).body).toEqual({
        name: ['This field is required.'],
        scopes: ['This field is required.'],
      })
      const wrong = {
        name: 'x',
        scopes: ['checks', 'all'],
        projects: ['none'],
        contexts: [{}],
        expires: 'soon',
      }
      expect((await attempt(wrong)).body).toEqual({
        scopes: ['"all" is not a valid choice.'],
        projects: ['There is no project "none".'],
        contexts: ['Not a valid string.'],
        expires: ['A date, perhaps with a time, is required, such as 2026-11-23T10:00:00Z.'],
      })
      const row = { user_id: ID.una, created: NOW, name: 'many', scopes: '["read"]' }
      for (let from = 0; from < 10_000; from += 1000)
        await api.db
          .insertInto('tokens')
          .values(Array.from({ length: 1000 }, (_, n) => ({ ...row, digest: `${from + n}` })))
          .execute()
      const full = await api.send(`POST /users/${ID.una}/tokens/`, { name: 'x', scopes: ['read'] }, 'una')
      expect([full.status, full.body.detail]).toEqual([
        409,
        "'una' has 10000 tokens; revoke some of them first.",
      ])
      expect((await api.get(`/users/${ID.una}/tokens/?per_page=250`, 'una')).body).toHaveLength(250)
      expect((await api.send(`DELETE /users/${ID.una}/tokens/`, undefined, 'una')).status).toBe(204)
      expect((await api.get('/token/', 'una')).status).toBe(403)
    })

    it('exist since 1.4', async () => {
      for (const path of ['/api/1.3/token/', '/api/1.3/users/1/tokens/'])
        expect((await api.get(path, 'mira')).status).toBe(404)
    })
  },
  'suite',
)
