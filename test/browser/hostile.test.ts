import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { patchPath } from '../../src/util/urls.js'
import { expectAccessible, expectFitting, useBrowser } from '../support/browser.js'
import { insertDemo } from '../support/demo.js'
import { insertHostile, LARGE, MESSAGE_IDS } from '../support/hostile.js'
import { openSite } from '../support/site.js'

/** How many pages of one kind are visited. */
const OF_EACH_KIND = 5
const PATCHES = MESSAGE_IDS.length + 5

/** What the walk has to come by; it takes whatever else there is. */
const KINDS = [
  '/project/*/list/',
  '/project/*/patch/*/',
  '/project/*/cover/*/',
  '/project/*/',
  '/series/*/',
  '/bundle/*/*/',
  '/user/todo/lanterna/',
  '/user/',
  '/admin/mail/*/',
  '/admin/people/',
  '/admin/audit/',
  '/project/*/settings/',
  '/about/*/',
]

const pathOf = (id: string) => patchPath('lanterna', `<${id}>`)

describe('mails of somebody who wishes us ill', () => {
  const stage = useBrowser(() =>
    openSite(async (db) => {
      await insertDemo(db)
      await insertHostile(db)
      await db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'mira').execute()
    }),
  )

  /** Opens a page and looks whether anything of it ran, leads astray or breaks the layout. */
  async function visit(page: Page, path: string): Promise<string[]> {
    const response = await page.goto(path).catch(ignoreDownload)
    if (!response) return []
    expect(response.status(), path).toBeLessThan(400)
    if (!response.headers()['content-type']?.startsWith('text/html')) return []
    await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))')
    expect(await page.evaluate('window.hacked'), path).toBeUndefined()
    await expectFitting(page)
    const links = await page.evaluate<string[]>('[...document.links].map((link) => link.href)')
    const schemes = new Set(links.map((href) => href.slice(0, href.indexOf(':'))))
    expect(
      [...schemes].filter((scheme) => !['http', 'https', 'mailto'].includes(scheme)),
      path,
    ).toEqual([])
    return links.filter((href) => href.startsWith(`${stage.site.base}/`))
  }

  it.each(['wide', 'phone'] as const)('harm no page that links lead to, %s', async (size) => {
    const page = await stage.newPage({ as: 'mira', size })
    const seeds = [
      '/',
      '/user/',
      '/project/lanterna/list/?state=*&archive=both',
      '/user/todo/',
      '/user/bundles/',
      '/admin/',
      '/admin/mail/',
      '/project/lanterna/settings/',
      '/about/',
    ]
    const waiting = [
      ...seeds,
      '/project/lanterna/list/?view=series&state=*&archive=both',
      '/project/lanterna/bundles/',
      ...MESSAGE_IDS.map(pathOf),
    ]
    const seen = new Map<string, number>()
    const known = new Set<string>()
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const kind = kindOf(path)
      const count = seen.get(kind) ?? 0
      if (known.has(path) || count >= (kind === '/project/*/patch/*/' ? PATCHES : OF_EACH_KIND)) continue
      known.add(path)
      seen.set(kind, count + 1)
      const links = await visit(page, path)
      waiting.push(
        ...links.map((href) => href.slice(stage.site.base.length).replace(/#.*$/, '')).filter(isPage),
      )
    }
    expect([...seen.keys()]).toEqual(expect.arrayContaining(KINDS))
  })

  it.each(MESSAGE_IDS)('are found by their message id: %s', async (id) => {
    const page = await stage.newPage()
    await page.goto(pathOf(id))
    expect(await page.locator('.meta bdi').first().textContent()).toBe(id)
    await page.locator('.comment a[data-focus]').click()
    expect(await page.locator('.comment:target').count()).toBe(1)
  })

  it.each(['patches', 'series'])('leave the feed of %s what it is', async (kind) => {
    const page = await stage.newPage()
    await page.goto('/about/')
    const xml = await (await page.request.get(`/project/lanterna/feed/${kind}/`)).text()
    expect(xml).toContain('&lt;script&gt;')
    const names = await page.evaluate<string[]>(
      `[...new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml').querySelectorAll('*')]
        .map(({ localName, namespaceURI }) => namespaceURI + ' ' + localName)`,
    )
    expect(names.filter((name) => !name.startsWith('http://www.w3.org/2005/Atom '))).toEqual([])
    expect(names).not.toContainEqual(expect.stringMatching(/parsererror|script|img|svg/))
  })

  it('stay accessible', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.goto(pathOf('part-1@hostile'))
    await expectAccessible(page)
  })

  it('show the beginning of a diff of 5 MB, and where the rest is', async () => {
    const page = await stage.newPage()
    await page.goto(pathOf(LARGE.diff))
    await expect(page.locator('.notice').textContent()).resolves.toContain('lines are not shown')
    expect(await page.locator('.notice a').getAttribute('href')).toBe(`${pathOf(LARGE.diff)}raw/`)
    await page.goto(pathOf(LARGE.line))
    expect((await page.locator('.code .added').textContent())?.length).toBeLessThan(6000)
  })

  it('show 5,000 comments page by page, and lead to each', async () => {
    const page = await stage.newPage()
    await page.goto(pathOf(LARGE.thread))
    expect(await page.locator('#comments small').textContent()).toBe('5000')
    expect(await page.locator('article.comment[id]').count()).toBe(200)
    const last = await stage.site.db
      .selectFrom('patch_comments')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirst()
    await page.goto(`/comment/${last?.id}/`)
    expect(page.url()).toContain(`?page=25#${last?.id}`)
    await expect(page.locator('.comment:target').textContent()).resolves.toContain('5000 "\'>')
  })
})

/** Some links lead to files. */
function ignoreDownload(error: Error): undefined {
  if (!error.message.includes('Download is starting')) throw error
}

/** Pages of one kind differ in their names and numbers alone. */
function kindOf(path: string): string {
  return path
    .replace(/[?#].*$/, '')
    .replace(/^\/(project|bundle)\/[^/]+/, '/$1/*')
    .replace(/\/(patch|cover|comment|series|bundle\/\*|admin\/mail|about)\/[^/]+/, '/$1/*')
}

/** What is no page: downloads, data, and ways out. */
function isPage(path: string): boolean {
  return !/^\/(?:api|static|user\/logout)|\/(?:mbox|raw|feed|comment\/\d+)\/(?:\?|$)|\.(?:xml|atom|txt)$/.test(
    path,
  )
}
