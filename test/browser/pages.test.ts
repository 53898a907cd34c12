import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { expectAccessible, expectFitting, useBrowser } from '../support/browser.js'
import { PAGES } from './pages.js'

/**
 * One walk over all pages, light and dark, wide and on a phone: each fits, and is accessible where it is wide. Where
 * pictures are wanted they are taken, and it is seen to that everybody can use it on a phone too.
 */

const FOLDER = join(import.meta.dirname, '..', '..', 'screenshots')

const IS_PICTURED = process.env.PATCHWORK_SCREENSHOTS === '1'

describe('every page', () => {
  const stage = useBrowser()
  for (const { name, path, as } of PAGES)
    it.each(['light', 'dark'] as const)(`${name} is whole and accessible in %s colours`, async (theme) => {
      const address = typeof path === 'string' ? path : await path(stage.site)
      for (const size of ['wide', 'phone'] as const) {
        const page = await stage.newPage({ as, theme, size })
        await page.goto(address)
        if (IS_PICTURED)
          await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${size}.png`), fullPage: true })
        await expectFitting(page)
        if (IS_PICTURED || size === 'wide') await expectAccessible(page)
      }
    })
})

describe('the page of a failure', () => {
  const stage = useBrowser()

  it.each(['light', 'dark'] as const)('is whole and accessible in %s colours', async (theme) => {
    // Read anew for each page, unlike the small tables that a process remembers for a second.
    await sql`drop table if exists tokens`.execute(stage.site.db)
    for (const size of ['wide', 'phone'] as const) {
      const page = await stage.newPage({ as: 'mira', theme, size, isFailing: true })
      const response = await page.goto('/user/')
      expect(response?.status()).toBe(500)
      if (IS_PICTURED)
        await page.screenshot({ path: join(FOLDER, `failure-${theme}-${size}.png`), fullPage: true })
      await expectFitting(page)
      await expectAccessible(page)
    }
  })
})
