import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { expectAccessible, expectFitting, useBrowser } from '../support/browser.js'
import { mail } from '../support/mail.js'
import { openSite } from '../support/site.js'
import { insertVersions, versionId } from '../support/versions.js'

const LIST = '/project/reef/list/'
const LIST_ID = 'reef.example.org'

/** A maintainer with thirty series of two patches to go through, and three versions of another. */
async function openReef() {
  return await openSite(async (db) => {
    const names = { link_name: 'reef', name: 'Reef', list_email: 'reef@example.org' }
    const project = await insertProject(db, { ...names, list_id: LIST_ID, list_view: 'series' })
    await addAccount(db, 'mira', { maintains: [project] })
    for (let number = 1; number <= 30; number++) {
      const minute = String(number).padStart(2, '0')
      const common = { date: `Mon, 05 Oct 2026 10:${minute}:00 +0000` }
      const thread = { inReplyTo: `${number}-0@x`, references: `<${number}-0@x>` }
      const now = { listId: LIST_ID, now: new Date('2026-10-12T12:00:00Z') }
      await ingest(
        db,
        mail({ ...common, id: `${number}-0@x`, subject: `[PATCH 0/2] reef ${number}`, body: 'So.\n' }),
        now,
      )
      for (const part of [2, 1])
        await ingest(
          db,
          mail({
            ...common,
            ...thread,
            id: `${number}-${part}@x`,
            subject: `[PATCH ${part}/2] reef ${number} part ${part}`,
          }),
          now,
        )
    }
    await insertVersions(db, LIST_ID)
  })
}

const titles = (page: Page) => page.locator('tr.series a[id]').allTextContents()

const message = (page: Page) => page.locator('.message').textContent()

async function undo(page: Page): Promise<void> {
  await page.locator('.flash').getByRole('button', { name: 'Undo' }).click()
  await page.waitForLoadState()
}

describe('triage of series in a browser', () => {
  const stage = useBrowser(openReef)

  const countOf = async (state: string) => {
    const { count } = await stage.site.db
      .selectFrom('patches')
      .innerJoin('states', 'states.id', 'patches.state_id')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('states.slug', '=', state)
      .where('patches.name', 'like', '%reef%')
      .executeTakeFirstOrThrow()
    return count
  }

  it('goes through thirty series by keys, keeps the place, and is undone', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.goto(`${LIST}?view=series&q=reef`)
    expect(await titles(page)).toHaveLength(30)
    for (let count = 0; count < 27; count++) await page.keyboard.press('j')
    expect(await page.locator('tr.current a[id]').textContent()).toBe('reef 4')
    const before = await page.evaluate<number>('scrollY')
    for (const state of ['acc', 'acc', 'acc']) {
      await page.keyboard.press('s')
      expect(await page.locator('button[value=update]').textContent()).toBe('Update 2')
      await page.keyboard.type(state)
      await page.keyboard.press('Enter')
      await page.waitForSelector('.flash')
      expect(await message(page)).toBe('2 patches updated.')
      await page.evaluate('document.querySelector(".flash").remove()')
    }
    expect(await titles(page)).toHaveLength(27)
    expect(await page.locator('tr.current a[id]').textContent()).toBe('reef 1')
    expect(Math.abs((await page.evaluate<number>('scrollY')) - before)).toBeLessThan(120)
    expect(await countOf('accepted')).toBe(6)
    await page.keyboard.press('f')
    expect(await page.locator('tr.part:visible').count()).toBe(2)
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('d')
    await page.keyboard.type('mir')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.flash')
    expect(await message(page)).toBe('1 patch updated.')
    expect(await page.locator('tr.part:visible').count()).toBe(2)
    await undo(page)
    await page.keyboard.press('o')
    await page.waitForURL(/\/(?:patch|series)\//)
    await page.keyboard.press('u')
    await page.waitForURL(/view=series/)
    await page.keyboard.press('?')
    expect(await page.locator('#keys').textContent()).toContain('choose a state')
    await expectAccessible(page)
  })

  it.each([true, false])('changes whole series by mouse, at once and back (scripts: %s)', async (scripts) => {
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto(`${LIST}?view=series&q=reef&order=date`)
    const before = await countOf('rejected')
    await page.getByLabel('reef 10', { exact: true }).check()
    await page.getByLabel('reef 11', { exact: true }).check()
    const fold = page.locator('tr.series', { hasText: 'reef 12' }).locator('summary')
    await fold.click()
    await page.getByLabel('[1/2] reef 12 part 1').check()
    await page.getByLabel('Change state').selectOption('Rejected')
    await page.locator('button[value=update]').click()
    expect(await message(page)).toBe('5 patches updated.')
    expect(await countOf('rejected')).toBe(before + 5)
    await undo(page)
    expect(await countOf('rejected')).toBe(before)
  })

  it('takes patches along with the box of their series', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.goto(`${LIST}?view=series&q=reef`)
    const series = page.getByLabel('reef 20', { exact: true })
    const button = page.locator('button[value=update]')
    await series.check()
    expect(await button.textContent()).toBe('Update 2')
    await page.locator('tr.series', { hasText: 'reef 20' }).locator('summary').click()
    await page.getByLabel('[2/2] reef 20 part 2').uncheck()
    expect(await series.isChecked()).toBe(false)
    expect(await series.evaluate((box) => (box as HTMLInputElement).indeterminate)).toBe(true)
    expect(await button.textContent()).toBe('Update 1')
    await page.getByLabel('Choose all').check()
    expect(await button.textContent()).toMatch(/^Update \d\d$/)
  })

  it.each(['wide', 'phone'] as const)('is for everybody, folded and unfolded, %s', async (size) => {
    const page = await stage.newPage({ as: 'mira', size })
    await page.goto(LIST)
    await expectAccessible(page)
    await page.locator('tr.series summary').first().click()
    await expectAccessible(page)
    await expectFitting(page)
  })

  it('switches to the plain list and back, for a visitor too', async () => {
    const page = await stage.newPage({ scripts: false })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Patches', exact: true }).click()
    expect(await page.locator('table.patches').count()).toBe(1)
    await page.goto(LIST)
    expect(await page.locator('table.patches').count()).toBe(1)
    await page.getByRole('button', { name: 'Series', exact: true }).click()
    await page.goto(LIST)
    expect(await page.locator('table.groups').count()).toBe(1)
  })

  it('leads from a series to what changed between its first and its third version', async () => {
    const { series_id } = await stage.site.db
      .selectFrom('patches')
      .select('series_id')
      .where('msgid', '=', `<${versionId(3, 'oil')}>`)
      .executeTakeFirstOrThrow()
    const page = await stage.newPage({ scripts: false })
    await page.goto(`/series/${series_id}/`)
    await page.getByLabel('Compare').selectOption('v1')
    await page.getByLabel('with', { exact: true }).selectOption('v3')
    await page.getByRole('button', { name: 'Show what changed' }).click()
    expect(await page.locator('h1').textContent()).toBe('What changed from v1 to v3')
  })

  it('goes from patch to patch of the list, and back to it', async () => {
    const page = await stage.newPage()
    await page.goto(`${LIST}?view=patches&state=*&q=reef+1&order=name`)
    const names = await page.locator('table.patches a[id]').allTextContents()
    await page.getByText(names[1] ?? '', { exact: true }).click()
    await page.getByRole('link', { name: 'Next of the list' }).click()
    expect(await page.locator('h1').textContent()).toBe(names[2])
    await page.getByRole('link', { name: 'Previous of the list' }).click()
    expect(await page.locator('h1').textContent()).toBe(names[1])
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Back to the list' }).click()
    expect(page.url()).toContain('q=reef+1&order=name')
  })
})
