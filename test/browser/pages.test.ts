import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { useBrowser } from '../support/browser.js'
import { LIST_PAGES } from './pages/lists.js'
import { SUBMISSION_PAGES } from './pages/submissions.js'
import { describePages, expectWhole } from './walk.js'

describePages('every page about mails', [...LIST_PAGES, ...SUBMISSION_PAGES])

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
