import { describe, expect, it } from 'vitest'
import { coverPath, patchPath } from '../../src/util/urls.js'
import { useBrowser } from '../support/browser.js'
import { insertRich, RICH, RICH_PATH } from '../support/rich.js'
import { openSite, sessionCookie } from '../support/site.js'

const FIRST_PATH = patchPath('lanterna', RICH.first)
const COVER_PATH = coverPath('lanterna', RICH.cover)

describe('the page of a patch', () => {
  const stage = useBrowser(async () => {
    const site = await openSite()
    await insertRich(site.db)
    return site
  })

  describe.each([true, false])('with scripts: %s', (scripts) => {
    it('tells what is known of it', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      expect(await page.locator('h1').textContent()).toBe('[2/2] lamp: mind the oil, part 2')
      const meta = page.locator('.meta')
      const row = (name: string) =>
        meta.locator('tr', { has: page.locator(`th:text-is("${name}")`) }).locator('td')
      expect(await row('Message ID').textContent()).toContain(RICH.second)
      expect(await row('State').textContent()).toBe('New')
      expect(await row('Delegated to').textContent()).toBe('mira')
      expect(await row('Trailers').textContent()).toBe(
        "Reviewed-by: Ola Nordlys, in a reply (not counted: the submitter's own)",
      )
      expect(await row('Tags').count()).toBe(0)
      expect(await row('Commit').locator('a').getAttribute('href')).toBe(
        'https://git.example.org/lanterna/commit/c0ffee123456',
      )
      expect(await row('Message ID').locator('a').getAttribute('href')).toBe(
        `https://lists.example.org/lanterna-devel/${RICH.second}`,
      )
      expect(await row('Related').locator('a').getAttribute('href')).toBe(FIRST_PATH)
      expect(await page.locator('#message ~ article').textContent()).toContain(
        'Without oil there is no light.',
      )
      expect(await page.locator('#message ~ article .trailer').textContent()).toContain('Signed-off-by: Mira')
    })

    it('folds the headers, and shows them', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      const headers = page.locator('tr', { hasText: 'Headers' }).locator('.mail')
      expect(await headers.isVisible()).toBe(false)
      await page.locator('tr', { hasText: 'Headers' }).locator('summary').click()
      expect(await headers.textContent()).toContain('Cc: Mira Keeper')
    })

    it('shows the newest checks, with the pages that tell more', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      expect(await page.locator('.checks tbody tr').allTextContents()).toEqual([
        'mira/buildsuccessit lightsci.example.org',
        'mira/lintwarningNone',
        'mira/bootgone since 2026-01-01 00:00:00 UTCit lightsci.example.org',
        'bootmissingRequired by the project',
        'sparsemissingRequired by the project',
      ])
      expect(await page.locator('.checks a').first().getAttribute('href')).toBe('https://ci.example.org/1')
    })

    it('leads through its series', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      await page.locator('.parts summary').click()
      expect(await page.locator('.parts tr').count()).toBe(3)
      expect(await page.locator('.parts [aria-current] a').textContent()).toContain('part 2')
      await page.locator('a[rel=prev]').first().click()
      expect(new URL(page.url()).pathname).toBe(FIRST_PATH)
      await page.locator('a[rel=prev]').first().click()
      expect(new URL(page.url()).pathname).toBe(COVER_PATH)
      await page.locator('a[rel=next]').first().click()
      expect(new URL(page.url()).pathname).toBe(FIRST_PATH)
    })

    it('shows the diff in colours, file by file, with a list of them', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      expect(await page.locator('.files summary').textContent()).toBe('4 files +3 −2')
      expect(await page.locator('.files a').allTextContents()).toEqual([
        'lamp.c',
        'tools/wick.py → tools/trim.py',
        'tools/run.sh',
        'icon.png',
      ])
      expect(await page.locator('#f3 summary').textContent()).toContain('mode 100644 → 100755')
      expect(await page.locator('#f4 summary').textContent()).toContain('binary')
      expect(await page.locator('#f1 .added').first().textContent()).toContain('+\tif (lamp->oil == 0)')
      expect(await page.locator('#f1 .c-comment').allTextContents()).toContain('/* "empty" */')
      expect(await page.locator('#f2 .deleted .c-keyword').first().textContent()).toBe('def')
      await page.locator('#f1 > summary').click()
      expect(await page.locator('#f1 .code').isVisible()).toBe(false)
      await page.locator('.files a', { hasText: 'trim.py' }).click()
      expect(page.url()).toMatch(/#f2$/)
    })

    it('has an address for each line', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      await page.locator('#f1-5 > a').click()
      expect(page.url()).toMatch(/#f1-5$/)
      await page.locator('#f1 > summary').click()
      await page.goto('about:blank')
      await page.goto(`${RICH_PATH}#f2-2`)
      expect(await page.locator('.code :target').textContent()).toContain('+def trim')
    })

    it('shows comments in their thread, with quotes folded', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      const comments = page.locator('article.comment[id]')
      const classes = await comments.evaluateAll((all) => all.map((each) => each.className))
      expect(classes).toEqual(['comment depth-0', 'comment depth-1', 'comment depth-2', 'comment depth-0'])
      const first = comments.first()
      expect(await first.locator('.quote summary').textContent()).toBe('10 quoted lines')
      expect(await first.getByText('line 14 of').isVisible()).toBe(true)
      expect(await first.getByText('line 3 of').isVisible()).toBe(false)
      await first.locator('.quote summary').click()
      expect(await first.getByText('line 3 of').isVisible()).toBe(true)
      expect(await first.locator('.mail a').getAttribute('href')).toBe('https://example.org/oil?a=1&b=2')
      expect(await comments.nth(1).locator('.quote summary').textContent()).toBe('14 quoted lines')
      expect(await page.locator('.addressed').allTextContents()).toEqual(['Needs action', 'Addressed'])
    })

    it('is led to by the number of a comment', async () => {
      const page = await stage.newPage({ scripts })
      await page.goto(RICH_PATH)
      const id = await page.locator('article.comment[id]').nth(2).getAttribute('id')
      await page.goto(`/comment/${id}/`)
      expect(page.url()).toBe(`${stage.site.base}${RICH_PATH}#${id}`)
      expect(await page.locator('.comment:target').textContent()).toContain('Good.')
    })

    it('is changed by those who may', async () => {
      const page = await stage.newPage({ scripts, as: 'mira' })
      await page.goto(FIRST_PATH)
      await page.locator('select[name=state]').selectOption({ label: 'Under Review' })
      await page.locator('select[name=delegate]').selectOption({ label: 'mira' })
      await page.locator('input[type=checkbox][name=archived]').check()
      await page.getByRole('button', { name: 'Update' }).click()
      expect(await page.locator('.message').textContent()).toContain('1 patch updated')
      expect(await page.locator('.meta').textContent()).toMatch(/Under Review.*Delegated tomira.*Archivedyes/)
      await page.locator('select[name=state]').selectOption({ label: 'New' })
      await page.locator('select[name=delegate]').selectOption({ label: 'nobody' })
      await page.locator('input[type=checkbox][name=archived]').uncheck()
      await page.getByRole('button', { name: 'Update' }).click()
      expect(await page.locator('.meta').textContent()).not.toMatch(/Delegated|Archived/)
    })

    it('shows no form to those who may not change it', async () => {
      const page = await stage.newPage({ scripts, as: 'tess' })
      await page.goto(RICH_PATH)
      expect(await page.locator('select[name=state], .mark').count()).toBe(0)
      const nobody = await stage.newPage({ scripts })
      await nobody.goto(RICH_PATH)
      expect(await nobody.locator('main form').count()).toBe(0)
    })

    it('lets those who may mark a comment as addressed', async () => {
      const page = await stage.newPage({ scripts, as: 'mira' })
      await page.goto(RICH_PATH)
      const comment = page.locator('article.comment[id]').nth(2)
      await comment.getByRole('button', { name: 'Needs action' }).click()
      expect(await comment.locator('.addressed').textContent()).toBe('Needs action')
      await comment.getByRole('button', { name: 'Mark addressed' }).click()
      expect(await comment.locator('.addressed').textContent()).toBe('Addressed')
      expect(page.url()).toMatch(/#\d+$/)
      await stage.site.db
        .updateTable('patch_comments')
        .set({ addressed: null })
        .where('msgid', 'like', '%rich-d%')
        .execute()
    })

    it('goes into a bundle', async () => {
      const name = `oil ${scripts}`
      const page = await stage.newPage({ scripts, as: 'tess' })
      await page.goto(RICH_PATH)
      await page.getByLabel('Name of a new bundle').fill(name)
      await page.getByRole('button', { name: 'Create' }).click()
      expect(await page.locator('.message').textContent()).toContain(name)
      await page.goto(COVER_PATH)
      await page.getByLabel('Bundle', { exact: true }).selectOption({ label: name })
      await page.getByRole('button', { name: 'Add to bundle' }).click()
      expect(await page.locator('.message').textContent()).toContain('1 patch added')
    })
  })

  it('has the mail for programs', async () => {
    const page = await stage.newPage()
    await page.goto(RICH_PATH)
    const buttons = page.locator('.buttons').first().locator('a')
    expect(await buttons.allTextContents()).toEqual([
      expect.stringMatching(/^\d+$/),
      'diff',
      'mbox',
      'series',
    ])
    for (const href of await buttons.evaluateAll((all) =>
      all.map((each) => (each as HTMLAnchorElement).href),
    ))
      expect((await fetch(href)).status).toBe(200)
  })

  it('begins an answer to all, in the thread', async () => {
    const page = await stage.newPage()
    await page.goto(RICH_PATH)
    expect(await page.locator('#message ~ article a[href^="mailto:"]').getAttribute('href')).toBe(
      'mailto:ola%40nordlys.example.net?Cc=lanterna-devel%40example.org%2Cmira%40lanterna.example.org' +
        `&Subject=Re%3A%20%5BPATCH%202%2F2%5D%20lamp%3A%20mind%20the%20oil%2C%20part%202&In-Reply-To=${encodeURIComponent(`<${RICH.second}>`)}`,
    )
    expect(await page.locator('article.comment[id] a[href^="mailto:"]').count()).toBe(4)
  })

  it('copies its message id and its number', async () => {
    const page = await stage.newPage()
    await page.goto(RICH_PATH)
    await page.getByRole('button', { name: 'Copy message ID' }).click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(RICH.second)
    const number = page.locator('.buttons a').first()
    const text = await number.textContent()
    await number.click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text)
    expect(new URL(page.url()).pathname).toBe(RICH_PATH)
  })

  it('hides what only scripts can do from browsers without', async () => {
    const page = await stage.newPage({ scripts: false })
    await page.goto(RICH_PATH)
    expect(await page.locator('.copy, .fold').filter({ visible: true }).count()).toBe(0)
  })

  it('folds all files at once', async () => {
    const page = await stage.newPage()
    await page.goto(RICH_PATH)
    await page.getByRole('button', { name: 'Fold all files' }).click()
    expect(await page.locator('details.file[open]').count()).toBe(0)
    await page.getByRole('button', { name: 'Unfold all files' }).click()
    expect(await page.locator('details.file[open]').count()).toBe(4)
  })

  it('is gone through by keys', async () => {
    const page = await stage.newPage()
    await page.goto(FIRST_PATH)
    await page.keyboard.press('n')
    await page.waitForURL(`**${RICH_PATH}`)
    await page.keyboard.press('j')
    expect(await page.locator('.comment.current .addressed').textContent()).toBe('Needs action')
    await page.keyboard.press('p')
    await page.waitForURL(`**${FIRST_PATH}`)
  })

  it('shows a pull request, where it is to be pulled from', async () => {
    const page = await stage.newPage()
    await page.goto('/patch/33/')
    expect(await page.locator('.meta').textContent()).toContain('Pull request')
    expect(await page.locator('#patch').count()).toBe(0)
    expect(await page.locator('#message').textContent()).toBe('Message')
  })

  it('shows the series that its own depends on', async () => {
    const page = await stage.newPage()
    await page.goto('/patch/22/')
    await page.locator('tr', { hasText: 'Depends on' }).locator('a').click()
    expect(new URL(page.url()).pathname).toBe('/series/5/')
  })

  it('has a cover of its own kind: message, patches, comments, and no form but for bundles', async () => {
    const page = await stage.newPage({ as: 'mira' })
    await page.goto('/cover/4/')
    expect(await page.locator('h1').textContent()).toBe('[v2,0/3] lamp: dim and brighten')
    expect(await page.locator('.parts tr').count()).toBe(4)
    expect(await page.locator('select[name=state]').count()).toBe(0)
    expect(await page.locator('.buttons a').allTextContents()).toEqual(['4', 'mbox', 'series'])
    const comment = page.locator('article.comment[id]').first()
    await comment.getByRole('button', { name: 'Mark addressed' }).click()
    expect(await comment.locator('.addressed').textContent()).toBe('Addressed')
    expect(await page.locator('tr', { hasText: 'Needed by' }).locator('a').getAttribute('href')).toBe(
      '/series/8/',
    )
  })

  it('refuses forms that do not come from it', async () => {
    const cookie = await sessionCookie(stage.site.db, 'mira')
    const body = new URLSearchParams({ action: 'update', state: '3', csrf: 'x' })
    const response = await fetch(stage.site.base + RICH_PATH, { method: 'POST', headers: { cookie }, body })
    expect(response.status).toBe(403)
  })
})
