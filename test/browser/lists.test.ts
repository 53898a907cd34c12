import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { updateUser } from '../../src/domain/users/updates.js'
import { expectAccessible, useBrowser } from '../support/browser.js'

const LIST = '/project/lanterna/list/'

/** The names of the patches that are shown, in order. */
async function names(page: Page): Promise<string[]> {
  return await page.locator('table.patches a[id]').allTextContents()
}

describe('lists in a browser', () => {
  const stage = useBrowser()

  it.each([true, false])(
    'are filtered by a form, and keep the filter in the address (scripts: %s)',
    async (scripts) => {
      const page = await stage.newPage({ scripts })
      await page.goto(LIST)
      await page.getByText('Show patches with').click()
      await page.locator('#f-submitter').fill('Faro')
      await page.locator('#f-state').selectOption('*')
      await page.getByRole('button', { name: 'Apply' }).click()
      expect(new URL(page.url()).searchParams.get('submitter')).toBe('Faro')
      expect(await page.locator('.total').textContent()).toBe('3 patches')
      await page.getByRole('link', { name: 'Patch', exact: true }).click()
      const sorted = await names(page)
      expect(sorted).toEqual(sorted.toSorted())
      expect(new URL(page.url()).searchParams.get('submitter')).toBe('Faro')
      await page.getByLabel('Without Submitter').click()
      expect(await page.locator('.total').textContent()).toBe('42 patches')
    },
  )

  it('offers submitters while one types', async () => {
    const page = await stage.newPage()
    await page.goto(LIST)
    await page.getByText('Show patches with').click()
    await page.locator('#f-submitter').pressSequentially('Nordl')
    await page.locator('#f-submitter-offers option').waitFor({ state: 'attached' })
    const offer = await page.locator('#f-submitter-offers option').getAttribute('value')
    await page.locator('#f-submitter').fill(offer ?? '')
    await page.getByRole('button', { name: 'Apply' }).click()
    expect(await page.locator('.total').textContent()).toBe('3 patches')
  })

  it.each([true, false])('change what is chosen, and tell so (scripts: %s)', async (scripts) => {
    const page = await stage.newPage({ as: 'mira', scripts })
    await page.goto(`${LIST}?q=clock&order=name&state=*`)
    await page.locator('table.patches tbody input').nth(0).check()
    await page.locator('table.patches tbody input').nth(1).check()
    await page.getByLabel('Change state').selectOption(scripts ? 'Under Review' : 'New')
    await page.getByLabel('Delegate to').selectOption('mira')
    await page.locator('button[value=update]').click()
    expect(await page.locator('.message').textContent()).toBe('2 patches updated.')
    expect(page.url()).toContain('q=clock&order=name')
    const states = await page.locator('table.patches td.state').allTextContents()
    expect(states.slice(0, 2)).toEqual(scripts ? ['Under Review', 'Under Review'] : ['New', 'New'])
    await page.reload()
    expect(await page.locator('.message').count()).toBe(0)
  })

  it('choose all, ranges with the shift key, and say how many are chosen', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.goto(LIST)
    const boxes = page.locator('table.patches tbody input')
    const chosen = () => page.locator('table.patches tbody input:checked').count()
    await boxes.nth(1).click()
    await boxes.nth(5).click({ modifiers: ['Shift'] })
    expect(await chosen()).toBe(5)
    expect(await page.locator('button[value=update]').textContent()).toBe('Update 5')
    await boxes.nth(4).click()
    await boxes.nth(2).click({ modifiers: ['Shift'] })
    expect(await chosen()).toBe(2)
    await page.getByLabel('Choose all').check()
    expect(await chosen()).toBe(await boxes.count())
    await page.getByLabel('Choose all').uncheck()
    expect(await chosen()).toBe(0)
  })

  it.each([true, false])('make bundles and add to them (scripts: %s)', async (scripts) => {
    const page = await stage.newPage({ as: 'tess', scripts })
    await page.goto(LIST)
    await page.locator('table.patches tbody input').nth(0).check()
    await page.getByPlaceholder('Bundle name').fill(`mine ${scripts}`)
    await page.getByRole('button', { name: 'Create' }).click()
    expect(await page.locator('.message').textContent()).toBe(`Bundle “mine ${scripts}” made of 1 patch.`)
    await page.locator('table.patches tbody input').nth(1).check()
    await page.getByLabel('Bundle', { exact: true }).selectOption(`mine ${scripts}`)
    await page.getByRole('button', { name: 'Add' }).click()
    expect(await page.locator('.message').textContent()).toBe(`1 patch added to bundle “mine ${scripts}”.`)
  })

  it('are walked through with keys', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.goto(LIST)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    expect(await page.locator('table.patches tbody input').nth(1).isChecked()).toBe(true)
    await page.keyboard.press('k')
    expect(await page.locator('tr.current input').getAttribute('value')).toBe(
      await page.locator('table.patches tbody input').nth(0).getAttribute('value'),
    )
    await page.keyboard.press('?')
    expect(await page.locator('#keys').isVisible()).toBe(true)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('clock')
    await page.keyboard.press('Enter')
    await page.waitForURL(/list\/\?.*q=clock/)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/patch\//)
  })

  it('show numbers, which a click copies', async () => {
    const { id } = await stage.site.db
      .selectFrom('users')
      .select('id')
      .where('username', '=', 'tess')
      .executeTakeFirstOrThrow()
    await updateUser(stage.site.db, id, { show_ids: true, items_per_page: 10 })
    const page = await stage.newPage({ as: 'tess' })
    await page.goto(LIST)
    expect(await names(page)).toHaveLength(10)
    const number = page.locator('[data-copy]').first()
    await number.click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await number.textContent())
    await page.getByRole('link', { name: '2', exact: true }).first().click()
    expect(page.url()).toContain('page=2')
    await updateUser(stage.site.db, id, { show_ids: false, items_per_page: 100 })
  })

  it('have colours by choice, with scripts and without', async () => {
    for (const scripts of [true, false]) {
      const page = await stage.newPage({ scripts })
      await page.goto(LIST)
      await page.locator('#theme').selectOption('dark')
      if (!scripts) await page.getByRole('button', { name: 'Set' }).click()
      await page.goto('/project/lanterna/')
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    }
  })

  it('of series lead to each with its versions, from where all can be changed', async () => {
    const page = await stage.newPage({ as: 'mira', scripts: false })
    await page.goto('/project/lanterna/series/')
    await page.getByText('Show patches with').click()
    await page.locator('#f-q').fill('buoys')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.locator('tr.series a[id]').last().click()
    expect(await page.locator('table.series tbody tr').count()).toBe(3)
    await page.locator('table.patches tbody input').first().check()
    await page.getByLabel('Archived:').selectOption('Yes')
    await page.locator('button[value=update]').click()
    expect(page.url()).toMatch(/\/series\/\d+\/$/)
    expect(await page.locator('.message').textContent()).toBe('1 patch updated.')
  })

  it('of projects tell of each, its chart as a table as well', async () => {
    const page = await stage.newPage({ scripts: false })
    await page.goto('/project/lanterna/')
    expect(await page.locator('svg rect.received').count()).toBe(5)
    await page.getByText('As a table').click()
    expect(await page.locator('table.weeks tbody tr').count()).toBe(26)
    await page.getByRole('link', { name: 'as a file' }).waitFor()
  })
})
