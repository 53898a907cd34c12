import { expect, it } from 'vitest'
import { listMail } from '../../../src/domain/outbox/queries.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { updatePassword } from '../../../src/domain/users/updates.js'
import { addAccount } from '../../support/accounts.js'
import { hashPassword } from '../../support/passwords.js'
import { Visitor } from '../../support/visitor.js'
import { describePages } from '../support.js'

const PASSWORD = 'a lamp for mira, please'

/** Has every letter written that there is. */
async function askForAll({ db, app }: Parameters<Parameters<typeof describePages>[1]>[0]): Promise<void> {
  await addAccount(db, 'root', { password: 'demo', isSuperuser: true })
  await updatePassword(db, (await getUser(db, 'ola')).id, await hashPassword('demo'))
  const stranger = new Visitor(app)
  const names = { username: 'new', first_name: '', last_name: '', password: PASSWORD, again: PASSWORD }
  for (const email of ['new@example.net', 'ola@lanterna.example.org']) {
    await stranger.get('/register/')
    await stranger.submit('/register/', { ...names, username: `new${email.length}`, email })
  }
  await stranger.submit('/user/password-reset/', { email: 'ola@lanterna.example.org' })
  await stranger.submit('/mail/optout/', { email: 'eve@example.net' })
  await stranger.submit('/mail/optin/', { email: 'eve@example.net' })
  const root = new Visitor(app)
  await root.logIn('root', 'demo')
  await root.submit('/user/link/', { email: 'other@example.net' })
  await root.submit('/admin/users/add/', { username: 'guest', email: 'guest@example.net' })
  await root.submit(`/admin/users/${(await getUser(db, 'ola')).id}/password-reset/`)
  await root.submit('/user/password-change/', { old: 'demo', password: PASSWORD, again: PASSWORD })
}

const KINDS = 9

describePages(
  'letters without a public address',
  (pages) => {
    it('carry no host that only the request named', async () => {
      await askForAll(pages)
      const letters = await listMail(pages.db, ['waiting'], 100)
      expect(letters.map(({ subject }) => subject)).toHaveLength(KINDS)
      for (const { body } of letters) {
        expect(body).not.toMatch(/localhost|:\/\//)
        expect(body).toMatch(/^\/(confirm\/[0-9a-f]+|user\/password-reset)\/$/m)
        expect(body).toContain('PATCHWORK_PUBLIC_URL')
      }
    })
  },
  'test',
  {},
)

describePages('letters with a public address', (pages) => {
  it('carry it, whatever the request says', async () => {
    await askForAll(pages)
    const letters = await listMail(pages.db, ['waiting'], 100)
    expect(letters).toHaveLength(KINDS)
    for (const { body } of letters) {
      expect(body).toMatch(/^https:\/\/pw\.example\.org\/[\w/-]+\/$/m)
      expect(body).not.toMatch(/localhost|PATCHWORK_PUBLIC_URL/)
    }
  })
})
