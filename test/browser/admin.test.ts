import { describe, expect, it } from 'vitest'
import { insertMail } from '../../src/domain/outbox/updates.js'
import { findProject } from '../../src/domain/projects/queries.js'
import { rework } from '../../src/jobs/recompute.js'
import { journalMails } from '../../src/receive/journal/journal.js'
import { processMails } from '../../src/receive/journal/processor.js'
import { toTime } from '../../src/util/time.js'
import { expectAccessible, useBrowser } from '../support/browser.js'
import { contextOn } from '../support/context.js'
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
    expect(await page.locator('strong.problem').textContent()).toContain('not a mail address')
    await page.getByLabel('List address').fill(`${link}@example.org`)
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByLabel('User name of a new maintainer').fill('tess')
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
    await page.getByLabel('Outcome').selectOption('ignored')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.locator('tbody a').first().click()
    expect(await page.locator('pre.mail').textContent()).toContain(id)
    await page.getByRole('button', { name: 'Process again' }).click()
    expect(await page.getByRole('status').textContent()).toContain('Processed again: ignored')
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
    await page.getByLabel('Active').uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    expect(await page.getByRole('status').textContent()).toContain('saved')
    const user = await db.selectFrom('users').selectAll().where('username', '=', 'tess').executeTakeFirst()
    expect(user?.is_active).toBe(0)
    await page.goto('/admin/audit/')
    expect(await page.locator('table.lines').textContent()).toContain('changed user tess')
  })

  it.each([true, false])('adds, renames and deletes an account, with scripts: %s', async (scripts) => {
    await makeAdministrator()
    const name = scripts ? 'oda' : 'odo'
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/admin/users/')
    await page.getByRole('link', { name: 'Add a user' }).click()
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Mail address').fill(`${name}@example.org`)
    await page.getByRole('button', { name: 'Add' }).click()
    expect(await page.getByRole('status').textContent()).toContain('A mail is on its way')
    await page.getByLabel('User name').fill(`${name}2`)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Choose one yourself').click()
    await page.getByLabel('New password', { exact: true }).fill('moths round the flame')
    await page.getByLabel('New password once more').fill('moths round the flame')
    await page.getByRole('button', { name: 'Set the password' }).click()
    expect(await page.getByRole('status').textContent()).toContain('The password is set')
    await page.getByRole('link', { name: 'Delete the account' }).click()
    await page.getByLabel('To delete it').fill(`${name}2`)
    await page.getByRole('button', { name: 'Delete the account' }).click()
    expect(await page.getByRole('status').textContent()).toContain(`The account ${name}2 is deleted`)
    if (scripts) await expectAccessible(page)
  })

  it.each([true, false])('moves a state up and down, with scripts: %s', async (scripts) => {
    await makeAdministrator()
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/admin/states/')
    const names = async () => await page.locator('tbody bdi').allTextContents()
    const [first, second, ...rest] = await names()
    await page.getByRole('button', { name: `Move ${second} up` }).click()
    expect(await names()).toEqual([second, first, ...rest])
    await page.getByRole('button', { name: `Move ${second} down` }).click()
    expect(await names()).toEqual([first, second, ...rest])
  })

  it.each([true, false])('has tags counted again, with scripts: %s', async (scripts) => {
    const { db } = stage.site
    await db.deleteFrom('reworks').execute()
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/project/lanterna/settings/')
    await page.getByRole('button', { name: 'Recount tags' }).click()
    expect(await page.locator('#rework').textContent()).toContain('Tags are being counted')
    if (scripts) await expectAccessible(page)
    await rework.run(contextOn({ db, url: 'sqlite:x' }, { now: () => NOW }), new AbortController().signal)
    await page.reload()
    expect(await page.locator('#rework').textContent()).toContain('patches read')
    expect(await page.locator('table.lines').textContent()).toContain('counted the tags again of project')
  })

  it.each([true, false])('keeps the last maintainer of a project, with scripts: %s', async (scripts) => {
    const { db } = stage.site
    await db.updateTable('users').set({ is_superuser: 0 }).where('username', '=', 'mira').execute()
    const page = await stage.newPage({ as: 'mira', scripts })
    const buttons = page.getByRole('button', { name: /^Remove maintainer/ })
    await page.goto('/project/lanterna/settings/')
    while ((await buttons.count()) > 1)
      await page
        .getByRole('button', { name: /^Remove maintainer (?!mira)/ })
        .first()
        .click()
    await page.getByRole('button', { name: 'Remove maintainer mira' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('mira is the last maintainer')
  })

  it.each([true, false])(
    'links an address to an account and takes it away, with scripts: %s',
    async (scripts) => {
      await makeAdministrator()
      const page = await stage.newPage({ as: 'mira', scripts })
      await page.goto('/admin/people/?q=mira')
      await page.getByRole('button', { name: /^Unlink mira/ }).click()
      expect(await page.getByRole('status').textContent()).toContain("nobody's now")
      await page.getByLabel(/^User of mira/).fill('mira')
      await page.getByRole('button', { name: /^Link mira/ }).click()
      expect(await page.getByRole('status').textContent()).toContain('belongs to mira now')
    },
  )

  it.each([true, false])('cancels mail that waits, with scripts: %s', async (scripts) => {
    await makeAdministrator()
    const { db } = stage.site
    const recipient = `ann-${scripts}@example.org`
    await insertMail(db, { kind: 'changes', recipient, subject: 'News', body: 'x' }, toTime(NOW))
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto('/admin/outbox/')
    await page.getByRole('button', { name: `Cancel: mail to ${recipient}` }).click()
    expect(await page.getByRole('status').textContent()).toContain('Cancelled')
    if (scripts) await expectAccessible(page)
  })
})
