import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { insertBundle } from '../../src/domain/bundles/updates.js'
import { listBundlePatchIds } from '../../src/domain/patches/mbox-queries.js'
import { getUser } from '../../src/domain/users/queries.js'
import { useBrowser } from '../support/browser.js'

const PATH = '/bundle/mira/Oil/'

async function openOrder(page: Page): Promise<void> {
  await page.goto(PATH)
  await page.getByText('Change the order').click()
}

/** Presses what saves, and waits for the page that tells of it. */
async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save order' }).last().click()
  await page.getByRole('status').filter({ hasText: 'The order is saved.' }).waitFor()
}

describe('a bundle', () => {
  const stage = useBrowser()
  let id: number

  beforeEach(async () => {
    const { db } = stage.site
    await db.deleteFrom('bundle_patches').execute()
    await db.deleteFrom('bundles').execute()
    const owner_id = (await getUser(db, 'mira')).id
    id = await insertBundle(db, { owner_id, project_id: 1, name: 'Oil', public: true }, [1, 2, 3])
  })

  const order = () => listBundlePatchIds(stage.site.db, id)

  describe.each([true, false])('with scripts: %s', (scripts) => {
    it('is made in a list, found among one’s own, shared, renamed and deleted', async () => {
      const page = await stage.newPage({ as: 'mira', scripts })
      await page.goto('/project/lanterna/list/')
      for (const index of [0, 2]) await page.locator('table.patches tbody input').nth(index).check()
      await page.getByLabel('Bundle name').fill('Wicks & more')
      await page.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('link', { name: 'Bundles' }).first().click()
      await page.getByRole('link', { name: 'Wicks & more', exact: true }).click()
      expect(await page.locator('table.patches tbody tr').count()).toBe(2)
      const stranger = await stage.newPage({ scripts })
      expect((await stranger.goto(page.url()))?.status()).toBe(404)
      await page.getByLabel('Name', { exact: true }).fill('Wicks')
      await page.getByLabel('Public').check()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      expect(await page.getByRole('status').first().textContent()).toContain(
        'Everybody with the link can see it',
      )
      expect((await stranger.goto('/bundle/mira/Wicks/'))?.status()).toBe(200)
      expect(await stranger.getByRole('button', { name: 'Delete' }).count()).toBe(0)
      await page.getByText('Delete', { exact: true }).click()
      await page.getByRole('button', { name: 'Confirm deletion' }).click()
      expect(await page.getByRole('status').textContent()).toContain('“Wicks” is deleted')
    })

    it('is put in order by numbers, and step by step', async () => {
      const page = await stage.newPage({ as: 'mira', scripts })
      await openOrder(page)
      await page.locator('#order input[name="position-3"]').fill('1')
      await save(page)
      expect(await order()).toEqual([3, 1, 2])
      await openOrder(page)
      await page.locator('#order button[name=up][value="2"]').click()
      if (scripts) await save(page)
      expect(await order()).toEqual([3, 2, 1])
    })

    it('loses the patches that are chosen', async () => {
      const page = await stage.newPage({ as: 'mira', scripts })
      await page.goto(PATH)
      await page.locator('table.patches tbody input').nth(1).check()
      await page.getByRole('button', { name: 'Remove from bundle' }).click()
      expect(await order()).toEqual([1, 3])
    })

    it('is downloaded as one mbox, in its order', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(PATH)
      const href = (await page.getByRole('link', { name: 'Download mbox' }).getAttribute('href')) ?? ''
      const text = await (await fetch(stage.site.base + href)).text()
      expect(text.match(/^From patchwork /gm)).toHaveLength(3)
    })
  })

  it('is put in order by drag', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await openOrder(page)
    const items = page.locator('#order li')
    await items
      .nth(2)
      .locator('.name')
      .dragTo(items.nth(0), { targetPosition: { x: 150, y: 3 } })
    expect(await page.locator('#order input[name="position-3"]').inputValue()).toBe('1')
    await save(page)
    expect(await order()).toEqual([3, 1, 2])
  })

  it('is put in order by keyboard, and tells where things went', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await openOrder(page)
    await page.locator('#order input[name="position-1"]').focus()
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Alt+ArrowDown')
    expect(await page.locator('#order [data-told]').textContent()).toContain('place 3')
    expect(await page.evaluate('document.activeElement.name')).toBe('position-1')
    await save(page)
    expect(await order()).toEqual([2, 3, 1])
  })
})
