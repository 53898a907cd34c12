import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { listMail } from '../../src/domain/outbox/queries.js'
import { getUser } from '../../src/domain/users/queries.js'
import { expectAccessible, useBrowser } from '../support/browser.js'
import { changeAs } from '../support/change.js'

const PASSWORD = 'moth and flame'

async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.goto('/user/login/')
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

describe('accounts', () => {
  const stage = useBrowser()

  /** The path of the link in the newest letter. */
  async function newestLink(): Promise<string> {
    const [letter] = await listMail(stage.site.db, ['waiting'], 1)
    return /\/confirm\/[0-9a-f]{32}\//.exec(letter?.body ?? '')?.[0] ?? ''
  }

  describe.each([true, false])('with scripts: %s', (scripts) => {
    it('are registered, confirmed by mail, opened and left', async () => {
      const username = scripts ? 'ann' : 'anna'
      const page = await stage.newPage({ scripts })
      await page.goto('/')
      await page.getByRole('link', { name: 'Register' }).click()
      await page.getByLabel('User name').fill(username)
      await page.getByLabel('Mail address').fill(`${username}@example.net`)
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByLabel('Password once more').fill(PASSWORD)
      await page.getByRole('button', { name: 'Register' }).click()
      expect(await page.locator('main').textContent()).toContain(`on its way to ${username}@example.net`)
      await page.goto(await newestLink())
      await page.getByRole('button', { name: 'Activate' }).click()
      expect(await page.getByRole('status').textContent()).toContain('Your account is active')
      await logIn(page, username, PASSWORD)
      expect(await page.locator('h1').textContent()).toBe('Your profile')
      await page.locator('.menu summary').click()
      await page.getByRole('button', { name: 'Log out' }).click()
      expect(await page.getByRole('status').textContent()).toContain('You have logged out.')
    })

    it('are opened to see a page that is one’s own, and refused with a wrong password', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto('/user/bundles/')
      await page.getByLabel('User name').fill('tess')
      await page.getByLabel('Password').fill('wrong')
      await page.getByRole('button', { name: 'Log in' }).click()
      expect(await page.getByRole('alert').textContent()).toContain('is wrong')
      if (scripts) await expectAccessible(page)
      await page.getByLabel('Password').fill('demo')
      await page.getByRole('button', { name: 'Log in' }).click()
      expect(new URL(page.url()).pathname).toBe('/user/bundles/')
    })

    it('get a new password by mail where the old one is forgotten', async () => {
      const { db } = stage.site
      await db
        .updateTable('users')
        .set({ email: 'tess@example.net' })
        .where('username', '=', 'tess')
        .execute()
      const page = await stage.newPage({ scripts })
      await page.goto('/user/login/')
      await page.getByRole('link', { name: 'Forgotten your password?' }).click()
      await page.getByLabel('Mail address').fill('tess@example.net')
      await page.getByRole('button', { name: 'Send the link' }).click()
      await page.goto(await newestLink())
      await page.getByLabel('New password', { exact: true }).fill('short')
      await page.getByLabel('New password once more').fill('short')
      await page.getByRole('button', { name: 'Set the password' }).click()
      expect(await page.locator('.problem').textContent()).toContain('at least 10 characters')
      if (scripts) await expectAccessible(page)
      await page.getByLabel('New password', { exact: true }).fill(`${PASSWORD} ${scripts}`)
      await page.getByLabel('New password once more').fill(`${PASSWORD} ${scripts}`)
      await page.getByRole('button', { name: 'Set the password' }).click()
      await logIn(page, 'tess', `${PASSWORD} ${scripts}`)
      expect(await page.locator('h1').textContent()).toBe('Your profile')
      await page.goto('/user/password-change/')
      await page.getByLabel('Old password').fill(`${PASSWORD} ${scripts}`)
      await page.getByLabel('New password', { exact: true }).fill('a lantern in the fog')
      await page.getByLabel('New password once more').fill('a lantern in the fog')
      await page.getByRole('button', { name: 'Change password' }).click()
      expect(await page.getByRole('status').textContent()).toContain('Your password is changed')
      await db
        .updateTable('users')
        .set({ password: (await getUser(db, 'mira')).password })
        .where('username', '=', 'tess')
        .execute()
    })

    it('let an address opt out of mail, and in again, once it has confirmed', async () => {
      const page = await stage.newPage({ scripts })
      for (const button of ['Stop notifications', 'Resume notifications']) {
        await page.goto('/mail/')
        await page.getByLabel('Mail address').fill(`kim${scripts}@example.net`)
        await page.getByRole('button', { name: button }).click()
        expect(await page.locator('main').textContent()).toContain('on its way')
        await page.goto(await newestLink())
        await page.getByRole('button', { name: button }).click()
        expect(await page.getByRole('status').textContent()).toContain('Notifications are')
      }
    })

    it('keep settings, which lists then follow', async () => {
      const page = await stage.newPage({ as: 'tess', scripts })
      await page.goto('/user/')
      await page.getByLabel('Items per page').fill('5')
      await page.getByLabel('Show patch IDs').check()
      await page.getByRole('button', { name: 'Apply' }).click()
      expect(await page.getByRole('status').textContent()).toContain('Your settings are saved.')
      await page.goto('/project/lanterna/list/?state=*')
      expect(await page.locator('table.patches tbody tr').count()).toBe(5)
      expect(await page.locator('table.patches th', { hasText: 'ID' }).count()).toBe(1)
    })

    it('link addresses once these have confirmed, turn their mail off, and unlink them', async () => {
      const email = `t${scripts}@example.net`
      const page = await stage.newPage({ as: 'tess', scripts })
      await page.goto('/user/')
      await page.getByLabel('Another address').fill(email)
      await page.getByRole('button', { name: 'Add' }).click()
      expect(await page.locator('#addresses').textContent()).toContain('not confirmed yet')
      await page.goto(await newestLink())
      await page.getByRole('button', { name: 'Link the address' }).click()
      await page.getByRole('button', { name: `Opt out: ${email}` }).click()
      await page.getByRole('button', { name: `Opt in: ${email}` }).click()
      expect(await page.getByRole('button', { name: `Opt out: ${email}` }).count()).toBe(1)
      await page.getByRole('button', { name: `Unlink ${email}` }).click()
      expect(await page.locator('#addresses').textContent()).not.toContain(email)
    })

    it('make a token that is shown once, and revoke it', async () => {
      const page = await stage.newPage({ as: 'tess', scripts })
      await page.goto('/user/')
      await page.getByRole('button', { name: /enerate token/ }).click()
      const token = await page.getByLabel('API token').inputValue()
      expect(token).toMatch(/^[0-9a-f]{40}$/)
      if (scripts) await expectAccessible(page)
      if (scripts) {
        await page.getByRole('button', { name: 'Copy' }).click()
        await page.getByRole('button', { name: 'Copied' }).waitFor()
        expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token)
      }
      const url = `${stage.site.base}/api/users/`
      const headers = { authorization: `Token ${token}` }
      expect((await fetch(url, { headers })).status).toBe(200)
      await page.getByRole('link', { name: 'Back to your profile' }).click()
      expect(await page.content()).not.toContain(token)
      await page.getByRole('button', { name: 'Revoke token' }).click()
      expect((await fetch(url, { headers })).status).toBe(403)
    })

    it('show where one is logged in, and end that', async () => {
      const elsewhere = await stage.newPage({ as: 'tess', scripts })
      const page = await stage.newPage({ as: 'tess', scripts })
      await page.goto('/user/')
      await page.getByRole('button', { name: 'Log out everywhere else' }).click()
      expect(await page.locator('#sessions').textContent()).toContain('this one')
      await elsewhere.goto('/user/')
      expect(new URL(elsewhere.url()).pathname).toBe('/user/login/')
    })
  })

  it('have a list of what waits, by project, and of what one sent and was delegated', async () => {
    const { db } = stage.site
    const { id } = await getUser(db, 'mira')
    await changeAs(db, [1, 2], { delegate_id: id }, id, '2026-11-20T09:30:00')
    const page = await stage.newPage({ as: 'mira' })
    await page.goto('/')
    await page.locator('.account .count').click()
    expect(new URL(page.url()).pathname).toBe('/user/todo/lanterna/')
    expect(await page.locator('table.patches tbody tr').count()).toBe(2)
    await page.locator('table.patches tbody input').first().check()
    await page.getByLabel('Change state').selectOption('Accepted')
    await page.getByRole('button', { name: /^Update/ }).click()
    expect(await page.locator('table.patches tbody tr').count()).toBe(1)
    await page.goto('/user/')
    expect(await page.locator('#patches').textContent()).toMatch(
      /Sent to Lanterna.*Delegated to you in Lanterna21 open/,
    )
  })
})
