import { describe, expect, it } from 'vitest'
import { journalMails } from '../../src/intake/journal.js'
import { processMails } from '../../src/intake/process.js'
import { findProject } from '../../src/store/project.js'
import { useBrowser } from '../support/browser.js'
import { NOW } from '../support/demo.js'
import { mail } from '../support/mail.js'

describe('administration', () => {
  const stage = useBrowser()

  async function makeAdministrator(): Promise<void> {
    const { db } = stage.site
    await db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'mira').execute()
  }

  it.each([true, false])('sets up a project and has it removed, with scripts: %s', async (scripts) => {
    await makeAdministrator()
    const link = scripts ? 'ropes' : 'knots'
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/')
    await page.locator('.menu summary').click()
    await page.getByRole('link', { name: 'Administration' }).click()
    await page.locator('main').getByRole('link', { name: 'Projects' }).click()
    await page.getByRole('link', { name: 'Add a project' }).click()
    await page.getByLabel('Name', { exact: true }).fill(`The ${link}`)
    await page.getByLabel('Link name').fill(link)
    await page.getByLabel('List id').fill(`${link}.example.org`)
    await page.getByLabel('List address').fill('no address')
    await page.getByRole('button', { name: 'Add' }).click()
    expect(await page.locator('strong.problem').textContent()).toContain('no mail address')
    await page.getByLabel('List address').fill(`${link}@example.org`)
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByLabel('One more, by user name').fill('tess')
    await page.getByRole('button', { name: 'Add maintainer' }).click()
    expect(await page.getByRole('status').textContent()).toContain('tess maintains')
    await page.getByLabel('Files').fill('drivers/*')
    await page.getByLabel('Delegate, by user name').fill('tess')
    await page.getByRole('button', { name: 'Add rule' }).click()
    expect(await page.locator('#rules').textContent()).toContain('drivers/*')
    expect(await page.locator('table.lines').textContent()).toContain('added maintainer tess')
    await page.getByLabel('To remove it').fill(link)
    await page.getByRole('button', { name: 'Remove the project' }).click()
    expect((await findProject(stage.site.db, link))?.removed).not.toBe(null)
  })

  it.each([true, false])('takes a mail of the journal again, with scripts: %s', async (scripts) => {
    await makeAdministrator()
    const { db } = stage.site
    const id = `stray-${scripts}@x`
    await processMails(db, await journalMails(db, [{ bytes: mail({ id }), source: 'pipe' }], NOW), NOW)
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/admin/mail/')
    await page.getByLabel('What became of it').selectOption('ignored')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.locator('tbody a').first().click()
    expect(await page.locator('pre.mail').textContent()).toContain(id)
    await page.getByRole('button', { name: 'Take it again' }).click()
    expect(await page.getByRole('status').textContent()).toContain('as ignored')
  })

  it.each([true, false])('closes an account, with scripts: %s', async (scripts) => {
    await makeAdministrator()
    const { db } = stage.site
    await db.updateTable('users').set({ is_active: 1 }).where('username', '=', 'tess').execute()
    await db.updateTable('users').set({ email: 'tess@example.net' }).where('username', '=', 'tess').execute()
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/admin/users/')
    await page.getByLabel('Name or address').fill('TESS@')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: 'tess', exact: true }).click()
    await page.getByLabel('Open').uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('status').textContent()).toContain('saved')
    const user = await db.selectFrom('users').selectAll().where('username', '=', 'tess').executeTakeFirst()
    expect(user?.is_active).toBe(0)
    await page.goto('/admin/audit/')
    expect(await page.locator('table.lines').textContent()).toContain('changed user tess')
  })
})
