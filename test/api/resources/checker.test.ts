import { expect, it } from 'vitest'
import { type Api, describeApi, ID } from '../support.js'

const CHECK = { state: 'success', context: 'build' }

describeApi(
  'checkers',
  (api: Api) => {
    const post = async (patch: number, authorization: string) =>
      (
        await api.app.inject({
          method: 'POST',
          url: `/api/patches/${patch}/checks/`,
          headers: { authorization },
          payload: CHECK,
        })
      ).statusCode

    it('may post checks on the patches of their project, and nothing else', async () => {
      expect((await api.send('POST /patches/1/checks/', CHECK, 'una')).status).toBe(403)
      const added = await api.send('POST /projects/lamps/checkers/', { user: 'una' }, 'mira')
      expect(added).toMatchObject({ status: 201, body: { user: { username: 'una' }, bot: false } })
      // Again is the same.
      expect((await api.send('POST /projects/1/checkers/', { user: ID.una }, 'mira')).status).toBe(201)
      expect((await api.get('/projects/lamps/checkers/')).body).toMatchObject([{ user: { id: ID.una } }])
      expect((await api.get('/token/', 'una')).body).toMatchObject({ maintains: [], checks: ['lamps'] })
      expect((await api.send('POST /patches/1/checks/', CHECK, 'una')).status).toBe(201)
      expect((await api.send('POST /series/1/checks/', CHECK, 'una')).status).toBe(201)
      // Of another project not, and what others may not do neither.
      expect((await api.send('POST /patches/4/checks/', CHECK, 'una')).status).toBe(403)
      for (const [request, body] of [
        ['PATCH /patches/1/', { state: 'accepted' }],
        ['PATCH /patches/1/comments/1/', { addressed: true }],
        ['PATCH /projects/1/', { web_url: '' }],
        ['POST /projects/1/checkers/', { user: 'ola' }],
        [`DELETE /projects/1/checkers/${ID.una}/`, undefined],
      ] as const)
        expect([request, (await api.send(request, body, 'una')).status]).toEqual([request, 403])
      expect((await api.send(`DELETE /projects/1/checkers/${ID.una}/`, undefined, 'mira')).status).toBe(204)
      expect((await api.send(`DELETE /projects/1/checkers/${ID.una}/`, undefined, 'mira')).status).toBe(404)
      expect((await api.send('POST /patches/1/checks/', CHECK, 'una')).status).toBe(403)
    })

    it('are bots too, accounts without a password whose tokens the maintainers of their project make', async () => {
      const made = await api.send('POST /projects/lamps/checkers/', { bot: 'lamp-bot' }, 'mira')
      expect(made).toMatchObject({
        status: 201,
        body: { user: { username: 'lamp-bot', email: '' }, bot: true },
      })
      const { id } = made.body.user as { id: number }
      expect((await api.send('POST /projects/lamps/checkers/', { bot: 'Lamp-Bot' }, 'mira')).status).toBe(409)
      const make = (body: object, as: 'mira' | 'rolf' = 'mira') =>
        api.send(`POST /users/${id}/tokens/`, { name: 'ci', scopes: ['checks'], ...body }, as)
      const token = await make({})
      expect(token.body).toMatchObject({ projects: ['lamps'], made_by: 'mira' })
      expect(await post(1, `Bearer ${token.body.token}`)).toBe(201)
      expect(await post(4, `Bearer ${token.body.token}`)).toBe(403)
      expect((await make({ projects: ['ropes'] })).body).toEqual({
        detail: 'A token of a bot is limited to projects that you maintain.',
      })
      expect((await make({}, 'rolf')).status).toBe(403)
      // A token that its maintainers could not make is not given to them by replacing it.
      const row = {
        user_id: id,
        digest: 'f',
        created: '2026-10-01T00:00:00',
        name: 'all',
        scopes: '["admin"]',
      }
      const all = await api.db.insertInto('tokens').values(row).returning('id').executeTakeFirstOrThrow()
      expect((await api.send(`POST /users/${id}/tokens/${all.id}/rotate/`, {}, 'mira')).status).toBe(403)
      expect((await api.send(`DELETE /users/${id}/tokens/${all.id}/`, undefined, 'mira')).status).toBe(204)
      // Nothing else opens it.
      const basic = `Basic ${Buffer.from('lamp-bot:!').toString('base64')}`
      expect(await post(1, basic)).toBe(403)
      const removed = await api.send(`DELETE /projects/lamps/checkers/${id}/`, undefined, 'mira')
      expect(removed.status).toBe(204)
      expect(await post(1, `Bearer ${token.body.token}`)).toBe(403)
    })

    it('are refused with what is wrong', async () => {
      const attempt = async (body: object) =>
        (await api.send('POST /projects/1/checkers/', body, 'mira')).body
      const either = { user: ['Name either a user or a new bot.'] }
      expect(await attempt({})).toEqual(either)
      expect(await attempt({ user: 'ola', bot: 'x' })).toEqual(either)
      expect(await attempt({ user: 'nobody' })).toEqual({ user: ['There is no user "nobody".'] })
      const name = 'A user name is made of at most 150 letters, digits and _ . @ + - characters.'
      expect(await attempt({ bot: 'two words' })).toEqual({ bot: [name] })
      expect((await api.get('/projects/99/checkers/')).status).toBe(404)
      expect((await api.send('POST /projects/99/checkers/', {}, 'mira')).status).toBe(404)
    })

    it('leave their names in the audit trail', async () => {
      const rows = await api.db
        .selectFrom('audit')
        .selectAll()
        .where('kind', 'in', ['checker', 'token', 'user'])
        .execute()
      expect(rows.map(({ actor, action, kind, name }) => [actor, action, kind, name])).toEqual([
        ['mira', 'add', 'checker', 'una'],
        ['mira', 'remove', 'checker', 'una'],
        ['mira', 'add', 'user', 'lamp-bot'],
        ['mira', 'add', 'checker', 'lamp-bot'],
        ['mira', 'add', 'token', 'lamp-bot'],
        ['mira', 'remove', 'token', 'lamp-bot'],
        ['mira', 'remove', 'checker', 'lamp-bot'],
      ])
      expect(JSON.parse(rows[4]?.change ?? '')).toEqual({
        name: { to: 'ci' },
        scopes: { to: 'checks' },
        projects: { to: 'lamps' },
      })
    })
  },
  'suite',
)
