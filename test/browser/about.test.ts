import { describe, expect, it } from 'vitest'
import { useBrowser } from '../support/browser.js'

describe('help', () => {
  const stage = useBrowser()

  describe.each([true, false])('with scripts: %s', (scripts) => {
    it('is found from every page, and says what this is', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto('/project/lanterna/list/')
      await page.getByRole('link', { name: 'About Patchwork' }).click()
      expect(await page.locator('h1').textContent()).toBe('About Patchwork')
      expect(await page.locator('main .meta a').allTextContents()).toEqual([
        '1.0',
        '1.1',
        '1.2',
        '1.3',
        '1.4',
      ])
    })

    it('has guides, which lead to each other and to their chapters', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto('/project/lanterna/')
      await page.getByRole('link', { name: 'for contributors' }).click()
      const contents = page.getByRole('navigation', { name: 'Contents' })
      await contents.getByRole('link', { name: 'Depends-on', exact: true }).click()
      expect(new URL(page.url()).hash).toBe('#depends-on')
      const { y = -1 } = (await page.locator('#depends-on').boundingBox()) ?? {}
      expect(y).toBeGreaterThanOrEqual(0)
      expect(y).toBeLessThan(100)
      await contents.getByRole('link', { name: 'Guide for maintainers' }).click()
      await page.locator('article').getByRole('link', { name: 'events' }).click()
      expect(new URL(page.url()).pathname).toBe('/about/api/')
      expect(await page.locator(':target').textContent()).toBe('Events: hearing what happens')
    })
  })
})
