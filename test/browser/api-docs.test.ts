import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectAccessible, expectFitting, useBrowser } from '../support/browser.js'
import { MIRA } from '../support/demo.js'

/** The page that documents the API, as somebody uses it; its policy and that it asks nobody else, `useBrowser` checks. */

const FOLDER = join(import.meta.dirname, '..', '..', 'screenshots')

/** Opens one operation, by its name in the document, to be tried. */
async function open(page: Page, operation: string) {
  const block = page.locator(`[id$="-${operation}"]`)
  await block.locator('.opblock-summary-control').click()
  await block.getByRole('button', { name: 'Try it out' }).click()
  return block
}

describe('the documentation of the API', () => {
  const stage = useBrowser()

  async function visit(path: string, size: 'wide' | 'phone' = 'wide'): Promise<Page> {
    const page = await stage.newPage({ size })
    await page.goto(path)
    await page.locator('.opblock').first().waitFor()
    return page
  }

  it('is what a person gets who opens the API', async () => {
    const page = await visit('/api/')
    expect(new URL(page.url()).pathname).toBe('/api/docs/')
    await page.screenshot({ path: join(FOLDER, 'api-docs-wide.png') })
    expect(await page.locator('.opblock').count()).toBeGreaterThan(35)
  })

  it('has a way back to the site', async () => {
    const page = await visit('/api/1.3/docs/')
    await page.getByRole('link', { name: 'Guide to the API' }).click()
    expect(new URL(page.url()).pathname).toBe('/about/api/')
  })

  it('is accessible where requests are tried too', async () => {
    const page = await visit('/api/docs/')
    const list = await open(page, 'patches_list')
    await list.getByRole('button', { name: 'Execute' }).click()
    await list.locator('.live-responses-table').waitFor()
    for (const operation of ['checks_create', 'patches_partial_update']) await open(page, operation)
    await expectAccessible(page)
  })

  it('fits on a phone', async () => {
    const page = await visit('/api/docs/', 'phone')
    await page.screenshot({ path: join(FOLDER, 'api-docs-phone.png') })
    await expectFitting(page)
  })

  it('has a chooser for all versions', async () => {
    const page = await visit('/api/1.2/docs/')
    const chooser = page.locator('#select')
    const names = await chooser.locator('option').allTextContents()
    expect(names).toEqual(['newest (1.4)', '1.0', '1.1', '1.2', '1.3', '1.4'])
    expect(await chooser.locator('option:checked').textContent()).toBe('1.2')
    await page.getByText('/api/1.2/patches/', { exact: true }).first().waitFor({ state: 'attached' })
    expect(await page.locator('[id$="-patches_bulk_update"]').count()).toBe(0)
    await chooser.selectOption({ label: '1.4' })
    await page.locator('[id$="-patches_bulk_update"]').waitFor()
  })

  it.each([
    ['the token', MIRA.token],
    ['the whole header', `Token ${MIRA.token}`],
  ])('tries a request with %s, and shows the answer', async (_, written) => {
    const page = await visit('/api/docs/')
    await page.locator('button.authorize').first().click()
    await page.locator('#api_key_value').fill(written)
    await page.locator('.modal-ux button.authorize').first().click()
    await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).first().click()
    const block = await open(page, 'patches_partial_update')
    await block.locator('[data-param-name="id"] input').fill('1')
    // The body is filled in already, with what the example sends.
    expect(await block.locator('textarea.body-param__text').inputValue()).toContain('under-review')
    await block.getByRole('button', { name: 'Execute' }).click()
    const answer = block.locator('.live-responses-table')
    await answer.waitFor()
    expect(await answer.locator('.response .response-col_status').first().textContent()).toMatch(/^200/)
    await answer.filter({ hasText: '"under-review"' }).waitFor()
    await answer.scrollIntoViewIfNeeded()
    await page.screenshot({ path: join(FOLDER, 'api-docs-tried.png') })
  })

  it('tries a list with its parameters, without a login', async () => {
    const page = await visit('/api/1.3/docs/')
    const block = await open(page, 'patches_list')
    await block.locator('[data-param-name="q"] input').fill('lamp')
    await block.locator('[data-param-name="per_page"] input').fill('1')
    await block.getByRole('button', { name: 'Execute' }).click()
    const answer = block.locator('.live-responses-table')
    await answer.waitFor()
    expect(await answer.locator('.response .response-col_status').first().textContent()).toMatch(/^200/)
    expect(await block.locator('.request-url').textContent()).toContain('/api/1.3/patches/?')
  })
})
