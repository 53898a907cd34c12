import { join } from 'node:path'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectAccessible, expectFitting, SIZES, useBrowser } from '../support/browser.js'
import { PAGES } from './pages.js'

/**
 * One walk over all pages, light and dark, wide and on a phone: each fits and is accessible. Where pictures are wanted
 * they are taken.
 */

const FOLDER = join(import.meta.dirname, '..', '..', 'screenshots')

const IS_PICTURED = process.env.PATCHWORK_SCREENSHOTS === '1'

describe('every page', () => {
  const stage = useBrowser()
  it.each([...PAGES])('$name is whole and accessible', async ({ name, path, as }) => {
    const address = typeof path === 'string' ? path : await path(stage.site)
    const page = await stage.newPage({ as })
    await page.goto(address)
    await expectWhole(page, name)
  })
})

describe('the page of a failure', () => {
  const stage = useBrowser()

  it('is whole and accessible', async () => {
    // Read anew for each page, unlike the small tables that a process remembers for a second.
    await sql`drop table if exists tokens`.execute(stage.site.db)
    const page = await stage.newPage({ as: 'mira', isFailing: true })
    const response = await page.goto('/user/')
    expect(response?.status()).toBe(500)
    await expectWhole(page, 'failure')
  })
})

/** Looks at a page in all its forms; pictures are called after it. */
async function expectWhole(page: Page, name: string): Promise<void> {
  for (const size of ['wide', 'phone'] as const) {
    await page.setViewportSize(SIZES[size])
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      // The documentation of the API is made by a script.
      if (page.url().endsWith('/docs/')) await page.locator('.opblock').first().waitFor()
      if (IS_PICTURED)
        await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${size}.png`), fullPage: true })
      await expectAccessible(page)
    }
    await expectFitting(page)
  }
}
