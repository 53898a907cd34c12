import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectAccessible, expectFitting, SIZES, useBrowser } from '../support/browser.js'
import { RICH } from '../support/rich.js'
import { withRich } from './pages/submissions.js'

/** Work that is not lost: in a browser, with and without scripts. */

const FOLDER = join(import.meta.dirname, '..', '..', 'screenshots')
const LIST = '/project/lanterna/list/'
const PATCH = '/patch/31/'

/** Looks at a page that only a form leads to. */
async function expectWhole(page: Page, name: string): Promise<void> {
  for (const size of ['wide', 'phone'] as const) {
    await page.setViewportSize(SIZES[size])
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      if (process.env.PATCHWORK_SCREENSHOTS === '1')
        await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${size}.png`), fullPage: true })
      await expectAccessible(page)
    }
    await expectFitting(page)
  }
  await page.setViewportSize(SIZES.wide)
}

/** What the keyboard pastes. */
async function pasted(page: Page): Promise<string> {
  const box = page.getByRole('searchbox').first()
  await box.fill('')
  await box.press('ControlOrMeta+v')
  return await box.inputValue()
}

describe('pages lose no work:', () => {
  const stage = useBrowser()

  async function open(path: string, view: Parameters<typeof stage.newPage>[0] = {}): Promise<Page> {
    const page = await stage.newPage({ as: 'mira', ...view })
    await page.goto(path)
    return page
  }

  const stateOf = async (id: number) => {
    const { state_id } = await stage.site.db
      .selectFrom('patches')
      .select('state_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return state_id
  }

  it('copies on plain http, where browsers have no clipboard for scripts', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.addInitScript("Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })")
    await page.goto(await withRich(stage.site, `/project/lanterna/patch/${RICH.second}/`))
    expect(await page.evaluate('navigator.clipboard')).toBeUndefined()
    await page.getByRole('button', { name: 'Copy message ID' }).click()
    expect(await pasted(page)).toBe(RICH.second)
    await page.goto(LIST)
    await page.goto('/user/')
    await page.getByRole('button', { name: /token/i }).first().click()
    const token = await page.locator('#token').inputValue()
    await page.getByRole('button', { name: 'Copy' }).click()
    expect(await pasted(page)).toBe(token)
  })

  it.each([true, false])('Enter in the name of a bundle makes it; scripts: %s', async (scripts) => {
    const page = await open(LIST, { scripts })
    const before = await stateOf(31)
    await page.locator('input[name="patch"]').first().check()
    await page.getByLabel('Change state').selectOption({ label: 'Accepted' })
    const name = `made ${scripts}`
    await page.getByLabel('Bundle name').fill(name)
    await page.getByLabel('Bundle name').press('Enter')
    expect(await page.getByRole('status').textContent()).toContain(`Bundle “${name}” made of 1 patch.`)
    expect(await stateOf(31)).toBe(before)
  })

  it.each([true, false])('a session that ended asks to log in, and goes on; scripts: %s', async (scripts) => {
    const page = await open(PATCH, { scripts })
    await stage.site.db.deleteFrom('sessions').execute()
    await page.getByRole('combobox', { name: 'State' }).selectOption({ label: scripts ? 'Rejected' : 'RFC' })
    await page.getByRole('button', { name: 'Update' }).click()
    if (scripts) await expectWhole(page, 'login-kept')
    await page.getByLabel('User name').fill('mira')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByLabel('Password').fill('demo')
    await page.getByRole('button', { name: 'Log in' }).click()
    if (scripts) await expectWhole(page, 'continue')
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await page.getByRole('status').textContent()).toContain('1 patch updated.')
    expect(await page.getByRole('combobox', { name: 'State' }).locator('option:checked').textContent()).toBe(
      scripts ? 'Rejected' : 'RFC',
    )
  })

  it('the login leads back to the list that one was on', async () => {
    const page = await stage.newPage({})
    await page.goto(`${LIST}?state=*&q=lamp`)
    await page.getByRole('link', { name: 'Login' }).click()
    await page.getByLabel('User name').fill('mira')
    await page.getByLabel('Password').fill('demo')
    await page.getByRole('button', { name: 'Log in' }).click()
    const { pathname, search } = new URL(page.url())
    expect(pathname + search).toBe(`${LIST}?state=*&q=lamp`)
  })

  it('two windows: the second sees what the first wrote, beside what it typed', async () => {
    const settings = '/project/lanterna/settings/'
    const [first, second] = [await open(settings), await open(settings)]
    for (const [page, url] of [
      [first, 'https://one.example.org/'],
      [second, 'https://two.example.org/'],
    ] as const) {
      await page.getByLabel('Website').fill(url)
      await page.getByRole('button', { name: 'Save' }).click()
    }
    const field = second.getByLabel('Website')
    expect(await field.inputValue()).toBe('https://two.example.org/')
    expect(await second.locator('#web_url-error').textContent()).toContain('“https://one.example.org/”')
    await expectWhole(second, 'conflict-settings')
    await second.getByRole('button', { name: 'Save' }).click()
    expect(await second.getByRole('status').textContent()).toContain('The settings are saved.')
    expect(await field.inputValue()).toBe('https://two.example.org/')
  })

  it('two windows on a patch and on a list', async () => {
    const [first, second, list] = [
      await open(PATCH),
      await open(PATCH),
      await open(`${LIST}?state=*&archive=both`),
    ]
    for (const [page, state] of [
      [first, 'Accepted'],
      [second, 'Deferred'],
    ] as const) {
      await page.getByRole('combobox', { name: 'State' }).selectOption({ label: state })
      await page.getByRole('button', { name: 'Update' }).click()
    }
    expect(await second.getByRole('alert').textContent()).toContain('is now Accepted')
    expect(
      await second.getByRole('combobox', { name: 'State' }).locator('option:checked').textContent(),
    ).toBe('Deferred')
    await expectWhole(second, 'conflict-patch')
    await list.locator('input[name="patch"][value="31"]').check()
    await list.getByLabel('Change state').selectOption({ label: 'Rejected' })
    await list.getByRole('button', { name: 'Update' }).click()
    expect(await list.getByRole('alert').textContent()).toContain('is now Accepted')
    expect(await list.locator('input[name="patch"][value="31"]').isChecked()).toBe(true)
    expect(await list.getByLabel('Change state').locator('option:checked').textContent()).toBe('Rejected')
    await expectWhole(list, 'conflict-list')
    await list.getByRole('button', { name: 'Update' }).click()
    expect(await list.getByRole('status').textContent()).toContain('1 patch updated.')
  })
})
