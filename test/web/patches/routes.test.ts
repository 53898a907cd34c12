import { describe, expect, it } from 'vitest'
import { csrfToken } from '../../../src/auth/session.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { coverPath, patchPath } from '../../../src/util/urls.js'
import { addAccount } from '../../support/accounts.js'
import { type Demo, describeDemo } from '../../support/demo.js'
import { insertHostile, MESSAGE_IDS } from '../../support/hostile.js'
import { insertRich, RICH, RICH_PATH } from '../../support/rich.js'
import { sessionCookie } from '../../support/site.js'

const COVER_PATH = coverPath('lanterna', RICH.cover)

async function get(demo: Demo, url: string, cookie?: string) {
  return await demo.app.inject({ url, headers: { accept: 'text/html', ...(cookie ? { cookie } : {}) } })
}

/** Sends a form as the browser of that user, from a page of ours. */
async function post(demo: Demo, url: string, username: string, fields: Record<string, string>) {
  const cookie = await sessionCookie(demo.db, username)
  const csrf = csrfToken(cookie.slice(cookie.indexOf('=') + 1))
  const payload = new URLSearchParams({ csrf, ...fields }).toString()
  const headers = { cookie, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
  return await demo.app.inject({ method: 'POST', url, headers, payload })
}

describeDemo('the pages of patches and covers', (demo) => {
  it('are set up', async () => {
    await insertRich(demo.db)
    await addAccount(demo.db, 'tess')
    const other = await insertProject(demo.db, {
      link_name: 'other',
      name: 'Other',
      list_id: 'o',
      list_email: 'o@x',
    })
    await addAccount(demo.db, 'foreigner', { maintains: [other] })
  })

  describe('their addresses', () => {
    it.each([
      ['/project/lanterna/patch/nope@nowhere/', 404],
      ['/project/nope/patch/rich-1@lanterna.example.org/', 404],
      ['/project/other/patch/rich-1@lanterna.example.org/', 404],
      [`${RICH_PATH}?page=x`, 404],
      [`${RICH_PATH}?page=99`, 200],
      [RICH_PATH.slice(0, -1), 200],
      [RICH_PATH.toUpperCase().replace('/PROJECT/LANTERNA/PATCH/', '/project/LANTERNA/patch/'), 404],
      [RICH_PATH.replace('lanterna', 'LANTERNA'), 200],
      [`${RICH_PATH}comment/99999/`, 404],
      [`${RICH_PATH}comment/x/`, 404],
    ])('%s answers %i', async (url, status) => {
      expect((await get(demo, url)).statusCode).toBe(status)
    })

    it('lead from the message id of a cover to the cover, and the other way round', async () => {
      const asPatch = await get(demo, COVER_PATH.replace('/cover/', '/patch/'))
      expect([asPatch.statusCode, asPatch.headers.location]).toEqual([302, COVER_PATH])
      const asCover = await get(demo, RICH_PATH.replace('/patch/', '/cover/'))
      expect([asCover.statusCode, asCover.headers.location]).toEqual([302, RICH_PATH])
    })

    it('have the whole text of a comment, of this patch alone', async () => {
      const { id } = await demo.db
        .selectFrom('patch_comments')
        .select('id')
        .where('msgid', '=', '<rich-d@lanterna.example.org>')
        .executeTakeFirstOrThrow()
      const response = await get(demo, `${RICH_PATH}comment/${id}/`)
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(response.body).toBe('> I did.\n\nGood.')
      expect((await get(demo, `${patchPath('lanterna', RICH.first)}comment/${id}/`)).statusCode).toBe(404)
    })
  })

  describe('their forms', () => {
    const update = { action: 'update', state: '3', delegate: '1', archived: 'true' }

    it.each([
      ['tess', 403],
      ['foreigner', 403],
      ['mira', 302],
    ])('let %s change a patch, or not: %i', async (username, status) => {
      expect((await post(demo, RICH_PATH, username, update)).statusCode).toBe(status)
    })

    it('change what the API changes, and record it', async () => {
      const { id } = await demo.db
        .selectFrom('patches')
        .select('id')
        .where('msgid', '=', `<${RICH.second}>`)
        .executeTakeFirstOrThrow()
      const patch = (await get(demo, `/api/patches/${id}/`)).json()
      expect(patch).toMatchObject({ state: 'accepted', archived: true, delegate: { username: 'mira' } })
      const events = (await get(demo, `/api/events/?patch=${id}&category=patch-state-changed`)).json()
      expect(events).toMatchObject([{ actor: { username: 'mira' }, payload: { current_state: 'accepted' } }])
    })

    it.each([
      [{ action: 'update', state: '99' }, 'This state does not exist.'],
      [{ action: 'update', delegate: '2' }, 'maintainers only'],
      [{ action: 'create', bundle_name: ' ' }, 'A bundle needs a name.'],
    ])('tell what cannot be meant, and change nothing: %o', async (fields, text) => {
      const response = await post(demo, RICH_PATH, 'mira', fields)
      expect(response.statusCode).toBe(400)
      expect(response.body).toContain(text)
    })

    it('find no bundle of somebody else', async () => {
      expect((await post(demo, RICH_PATH, 'mira', { action: 'add', bundle_id: '99' })).statusCode).toBe(404)
    })

    it('mark a comment for those who may, where it is', async () => {
      const { id } = await demo.db
        .selectFrom('patch_comments')
        .select('id')
        .where('msgid', '=', '<rich-d@lanterna.example.org>')
        .executeTakeFirstOrThrow()
      const mark = { action: 'mark', comment: String(id), addressed: '1' }
      expect((await post(demo, RICH_PATH, 'tess', mark)).statusCode).toBe(403)
      expect((await post(demo, patchPath('lanterna', RICH.first), 'mira', mark)).statusCode).toBe(404)
      expect((await post(demo, COVER_PATH, 'mira', mark)).statusCode).toBe(404)
      const response = await post(demo, RICH_PATH, 'mira', mark)
      expect(response.headers.location).toBe(`${RICH_PATH}#${id}`)
      expect((await post(demo, RICH_PATH, 'mira', { ...mark, comment: 'x' })).statusCode).toBe(404)
    })

    it('are refused from those who have not logged in, and without their token', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
      const payload = 'action=update&state=1'
      for (const cookie of ['', await sessionCookie(demo.db, 'mira')]) {
        const response = await demo.app.inject({
          method: 'POST',
          url: RICH_PATH,
          headers: { ...headers, cookie },
          payload,
        })
        expect(response.statusCode).toBe(403)
      }
      expect((await post(demo, COVER_PATH, 'mira', update)).statusCode).toBe(403)
    })
  })
})

const TAG = /<(\w+)((?:\s[^\s=>]+(?:="[^"]*")?)*)\s*\/?>/g
const ATTRIBUTE = /\s([^\s=>]+)(?:="([^"]*)")?/g

/** Looks at every tag of a page: whether nothing runs, loads or leads anywhere but where it should. */
function expectHarmless(page: string): void {
  for (const [tag, name = '', attributes = ''] of page.matchAll(TAG)) {
    expect(['img', 'svg', 'iframe', 'object', 'style', 'base'], tag).not.toContain(name)
    for (const [, attribute = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
      expect(attribute, tag).not.toMatch(/^(?:on|style)/)
      if (attribute === 'src') expect(value).toMatch(/^\/static\//)
      if (attribute === 'href' || attribute === 'action')
        expect(value, tag).toMatch(/^(?:\/|#|https?:\/\/|mailto:)/)
    }
  }
}

describeDemo('hostile mails', (demo) => {
  it('are data on every page of theirs, never markup', async () => {
    await insertHostile(demo.db, 20)
    const cookie = await sessionCookie(demo.db, 'mira')
    for (const id of [...MESSAGE_IDS, 'part-1@hostile', 'word@hostile', 'thread@hostile']) {
      const { statusCode, body } = await get(demo, patchPath('lanterna', `<${id}>`), cookie)
      expect(statusCode, id).toBe(200)
      expect(body).toContain('&lt;script>window.hacked=1')
      expectHarmless(body)
    }
    expectHarmless((await get(demo, coverPath('lanterna', '<cover@hostile>'), cookie)).body)
  })

  it('lead to themselves from every address that we give out', async () => {
    const patches = (await get(demo, '/api/patches/?q=script&per_page=250')).json<
      { web_url: string; mbox: string; msgid: string }[]
    >()
    expect(patches.length).toBeGreaterThan(MESSAGE_IDS.length)
    for (const { web_url, mbox, msgid } of patches) {
      const page = await get(demo, web_url.replace(/^https?:\/\/[^/]+/, ''))
      expect(page.statusCode, msgid).toBe(200)
      const mail = await get(demo, mbox.replace(/^https?:\/\/[^/]+/, ''))
      expect(mail.statusCode, msgid).toBe(200)
    }
  })
})
