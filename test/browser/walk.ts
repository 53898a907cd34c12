import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, it } from 'vitest'
import { expectAccessible, expectFitting, SIZES, useBrowser } from '../support/browser.js'
import type { PageEntry } from './pages.js'

/**
 * A walk over pages, light and dark, wide and on a phone: each fits and is accessible. Where pictures are wanted they are
 * taken.
 */

const FOLDER = join(import.meta.dirname, '..', '..', 'screenshots')

const IS_PICTURED = process.env.PATCHWORK_SCREENSHOTS === '1'

/** Looks at each page, in a site and a browser of their own. */
export function describePages(name: string, pages: readonly PageEntry[]): void {
  describe(name, () => {
    const stage = useBrowser()
    it.each([...pages])('$name is whole and accessible', async (entry) => {
      const address = typeof entry.path === 'string' ? entry.path : await entry.path(stage.site)
      const page = await stage.newPage({ as: entry.as })
      await page.goto(address)
      await expectWhole(page, entry.name)
    })
  })
}

/** Looks at a page in all its forms; pictures are called after it. */
export async function expectWhole(page: Page, name: string): Promise<void> {
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
