import { expect, it } from 'vitest'
import { newToken, SESSION_COOKIE } from '../../../src/auth/session.js'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { insertSession } from '../../../src/domain/users/sessions.js'
import { describeDemo, MIRA } from '../../support/demo.js'

/** What a client sends to log in with a password. */
function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`
}

describeDemo('the mbox of a bundle', (demo) => {
  async function statusWith(headers: Record<string, string>): Promise<number> {
    return (await demo.app.inject({ url: '/bundle/mira/mine/mbox/', headers })).statusCode
  }

  it('is shown to its owner, by whatever they have logged in, and to nobody else until it is public', async () => {
    const { db } = demo
    const bundle = { owner_id: 1, project_id: 1, name: 'mine', public: false }
    await insertBundle(db, bundle, [2, 1])
    const token = newToken()
    const lifetime = { created: '2026-11-20T09:00:00', expires: '2026-11-21T09:00:00' }
    await insertSession(db, { userId: 1, token, ...lifetime, agent: 'x' })

    expect(await statusWith({ authorization: `Token ${MIRA.token}` })).toBe(200)
    expect(await statusWith({ authorization: basic('mira:demo') })).toBe(200)
    expect(await statusWith({ cookie: `${SESSION_COOKIE}=${token}` })).toBe(200)
    expect(await statusWith({})).toBe(404)
    expect(await statusWith({ authorization: 'Token x' })).toBe(404)
    expect(await statusWith({ authorization: basic('mira:wrong') })).toBe(404)

    // Without a login the answer says that one may help, whether the bundle exists or not; with one it does not.
    const textWith = async (headers: Record<string, string>, name = 'mine', page = 'mbox/') =>
      (await demo.app.inject({ url: `/bundle/mira/${name}/${page}`, headers })).body
    const hint = 'Not found. It may be shown after a login, for example with an API token.\n'
    for (const headers of [{}, { authorization: 'Token x' }, { authorization: basic('mira:wrong') }]) {
      expect(await textWith(headers)).toBe(hint)
      expect(await textWith(headers, 'nowhere')).toBe(hint)
    }
    expect(await textWith({}, 'mine', '')).toBe(hint)
    expect(await textWith({ authorization: `Token ${MIRA.token}` }, 'nowhere')).toBe('Not found.\n')
    expect((await demo.app.inject('/series/99/mbox/')).body).toBe('Not found.\n')

    await db.updateTable('bundles').set({ public: true }).execute()
    expect(await statusWith({})).toBe(200)
    expect(await statusWith({ authorization: 'Token x' })).toBe(200)
  })
})

describeDemo('an address by number', (demo) => {
  it('leads to what it stands for, with what is asked of it', async () => {
    const { statusCode, headers } = await demo.app.inject('/patch/2/mbox/?series=*')
    expect(statusCode).toBe(302)
    expect(headers.location).toBe('/project/lanterna/patch/dim-v1-2@lanterna.example.org/mbox/?series=*')
    const { body } = await demo.app.inject(String(headers.location))
    expect(body.match(/^Subject: /gm)).toHaveLength(2)
  })
})

describeDemo('a diff that is not in UTF-8', (demo) => {
  it('is downloaded as it was sent, as a diff and as a mail', async () => {
    const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-caf\xe9\n+tea\n'
    const bytes = Buffer.from(diff, 'latin1')
    await demo.db
      .updateTable('patch_texts')
      .set({ diff, diff_bytes: bytes.toString('base64') })
      .where('patch_id', '=', 2)
      .execute()
    const address = '/project/lanterna/patch/dim-v1-2@lanterna.example.org'
    expect((await demo.app.inject(`${address}/raw/`)).rawPayload).toEqual(bytes)
    const mbox = await demo.app.inject(`${address}/mbox/`)
    expect(mbox.body).toContain('\nContent-Transfer-Encoding: quoted-printable\n')
    expect(mbox.body).toContain('\n-caf=E9\n+tea\n')
  })
})
