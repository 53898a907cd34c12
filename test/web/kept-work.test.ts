import { expect, it } from 'vitest'
import { cookieName, csrfToken, newToken, SESSION_COOKIE } from '../../src/auth/session.js'
import { linkNewAddress } from '../../src/domain/people/commands.js'
import { linkPerson, upsertPerson } from '../../src/domain/people/updates.js'
import { updatePassword } from '../../src/domain/users/updates.js'
import { describePages, ENVIRONMENT, type Pages, worldWith } from './support.js'

const LIST = '/project/lamps/list/'
const PATCH = '/project/lamps/patch/1@x/'

async function fill({ post }: Pick<Pages, 'post'>): Promise<void> {
  await post({ id: '1@x', subject: '[PATCH] one', from: 'Ola <ola@lanterna.example.org>' })
  await post({ id: '2@x', subject: '[PATCH] two' })
}

const FILLED = worldWith('with two patches', fill)

describePages(
  'pages lose no work:',
  (pages) => {
    const patch = () =>
      pages.db
        .selectFrom('patches')
        .select(['state_id', 'delegate_id', 'archived'])
        .where('id', '=', 1)
        .executeTakeFirstOrThrow()

    it('Enter in the name of a bundle makes it, and changes no state', async () => {
      const form = { patch: ['1'], action: 'enter', bundle_name: 'mine', state: '3', next: LIST }
      expect((await pages.sendAndFollow(LIST, form, 'mira')).body).toContain('Bundle “mine” made of 1 patch.')
      expect((await patch()).state_id).toBe(1)
      const { body } = await pages.get(LIST, 'mira')
      expect(/<form method="post" action="\/project[^]*?<button[^>]*>/.exec(body)?.[0]).toContain(
        'value="enter"',
      )
      await pages.send(LIST, { patch: '1', action: 'enter', state: '3', next: LIST }, 'mira')
      expect((await patch()).state_id).toBe(3)
    })

    it('a bundle is in order of date, and one made from an ordered page keeps its order', async () => {
      const order = async (id: number) =>
        (
          await pages.db
            .selectFrom('bundle_patches')
            .select('patch_id')
            .where('bundle_id', '=', id)
            .orderBy('position')
            .execute()
        ).map(({ patch_id }) => patch_id)
      const form = { patch: ['2', '1'], action: 'create', next: LIST }
      await pages.send(LIST, { ...form, bundle_name: 'a' }, 'mira')
      await pages.send(LIST, { ...form, bundle_name: 'b', order: 'listed' }, 'mira')
      expect([await order(1), await order(2)]).toEqual([
        [1, 2],
        [2, 1],
      ])
    })

    it.each([LIST, `${LIST}?order=name`, '/series/1/'])(
      'an error keeps ticks and values: %s',
      async (url) => {
        const form = {
          patch: ['1'],
          action: 'create',
          bundle_name: 'a/b',
          state: '3',
          archived: 'true',
          next: url,
        }
        const { status, body } = await pages.send(url, form, 'mira')
        expect(status).toBe(400)
        expect(body).toContain('no slash in it')
        expect(body).toMatch(/name="patch" value="1"[^>]* checked>/)
        expect(body).not.toMatch(/name="patch" value="2"[^>]* checked>/)
        expect(body).toContain('value="a/b"')
        expect(body).toContain('<option value="3" selected>')
      },
    )

    it('the form for states is shown to those who may change a patch of the list', async () => {
      const shows = async (as: string) =>
        (await pages.get(LIST, as)).body.includes('aria-label="Change state"')
      expect([await shows('mira'), await shows('ola'), await shows('una')]).toEqual([true, true, false])
      expect((await pages.get(LIST, 'una')).body).toContain('Bundle name')
    })

    it('of two who edit a patch, each writes what they changed, and a conflict is shown', async () => {
      const shown = {
        was_state: '1',
        was_delegate: '-',
        was_archived: 'false',
        archived: 'false',
        action: 'update',
      }
      await pages.send(PATCH, { ...shown, state: '3', delegate: '-' }, 'mira')
      // Made from the page as it was before: only the delegate is another.
      await pages.send(PATCH, { ...shown, state: '1', delegate: '1' }, 'mira')
      expect(await patch()).toEqual({ state_id: 3, delegate_id: 1, archived: 0 })
      const page = await pages.sendAndFollow(PATCH, { ...shown, state: '2', delegate: '-' }, 'mira')
      expect(page.body).toContain('Somebody else changed the state in the meantime')
      expect(await patch()).toEqual({ state_id: 3, delegate_id: 1, archived: 0 })
      expect(page.body).toContain('name="was_state" value="3"')
    })

    it('a form of a session that has ended asks to log in, and then goes on', async () => {
      const secret = 'pbkdf2_sha256$1$salt$ON9CizCTCOSMNofn+QvaDpzyU1aMIex1Sg4HarSrZCM='
      await updatePassword(pages.db, 1, secret)
      const send = async (url: string, session: string, form: Record<string, string>) =>
        await pages.app.inject({
          method: 'POST',
          url,
          headers: {
            accept: 'text/html',
            'content-type': 'application/x-www-form-urlencoded',
            cookie: `${cookieName(SESSION_COOKIE, true)}=${session}`,
          },
          payload: new URLSearchParams({ csrf: csrfToken(session), ...form }).toString(),
        })
      for (const url of [LIST, PATCH]) {
        const gone = newToken()
        const asked = await send(url, gone, { patch: '1', state: '3', action: 'update', next: LIST })
        expect(asked.statusCode).toBe(403)
        expect(asked.body).toContain('name="form" value="patch=1&amp;state=3')
        const login = {
          username: 'mira',
          password: 'secret',
          next: url,
          form: 'patch=1&state=3&action=update&next=' + LIST,
        }
        const { body, headers } = await send('/user/login/', gone, login)
        expect(body).toContain(`action="${url}"`)
        expect(body).toContain('name="state" value="3"')
        const session = /=([\w-]{43});/.exec([headers['set-cookie']].flat().join(';'))?.[1] ?? ''
        const csrf = /name="csrf" value="([^"]*)"/.exec(body.slice(body.indexOf('class="entry"')))?.[1] ?? ''
        expect(
          (await send(url, session, { csrf, patch: '1', state: '3', action: 'update' })).statusCode,
        ).toBe(302)
        expect((await patch()).state_id).toBe(3)
        await pages.db.updateTable('patches').set({ state_id: 1 }).execute()
      }
    })

    it('the login leads back to where one was', async () => {
      expect((await pages.get(`${LIST}?state=*&q=a%20b`)).body).toContain(
        'href="/user/login/?next=/project/lamps/list/%3Fstate=*%26q=a%2520b"',
      )
      expect((await pages.get('/user/login/')).body).toContain('href="/user/login/"')
    })

    it.each(['100%', '%41', '%2F', 'a?b#c', 'ü %25', '...'])('a bundle can be called %s', async (name) => {
      await pages.send(LIST, { patch: '1', action: 'create', bundle_name: name, next: LIST }, 'mira')
      const path = `/bundle/mira/${encodeURIComponent(name)}/`
      expect((await pages.get(path, 'mira')).status).toBe(200)
      expect((await pages.get(`${path}mbox/`, 'mira')).status).toBe(200)
    })

    it.each(['.', '..'])('a bundle cannot be called %s', async (name) => {
      const form = { patch: '1', action: 'create', bundle_name: name, next: LIST }
      expect((await pages.send(LIST, form, 'mira')).body).toContain('cannot be called')
    })

    it('an account never takes the address of another', async () => {
      const { db } = pages
      await linkPerson(db, await upsertPerson(db, { email: 'x@example.org', name: undefined }), 1)
      const actor = { id: 2, name: 'ola', way: 'page', time: '2026-10-12T12:00:00' } as const
      await expect(
        linkNewAddress(db, actor, { email: 'x@example.org' }, { id: 2, username: 'ola' }),
      ).rejects.toThrow('belongs to another account')
    })

    it('an old version of a series leads to the newest', async () => {
      await pages.post({ id: 'v1@x', subject: '[PATCH] lamp: dim', from: 'Ola <ola@lanterna.example.org>' })
      await pages.post({
        id: 'v2@x',
        subject: '[PATCH v2] lamp: dim',
        from: 'Ola <ola@lanterna.example.org>',
      })
      const { body } = await pages.get('/series/3/')
      expect(body).toContain('This is v1. <a href="/series/4/">v2 is newer: ')
      expect((await pages.get('/series/4/')).body).not.toContain('is newer')
      expect((await pages.get(LIST)).body).toContain('<a href="/series/3/"')
    })
  },
  'test',
  ENVIRONMENT,
  FILLED,
)
