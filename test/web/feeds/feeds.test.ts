import { expect, it } from 'vitest'
import { DIFF } from '../../support/mail.js'
import { describePages } from '../support.js'

const PATCHES = '/project/lamps/feed/patches/'

describePages('feeds', (pages) => {
  it('tell of patches in any state, the newest first, filtered as lists are', async () => {
    await pages.post({ id: '1@x', subject: '[PATCH] one', date: 'Mon, 05 Oct 2026 10:00:00 +0000' })
    await pages.post({ id: '2@x', subject: '[PATCH] two', date: 'Tue, 06 Oct 2026 10:00:00 +0000' })
    await pages.db.updateTable('patches').set({ state_id: 3, archived: true }).where('id', '=', 2).execute()
    const { headers, body } = await pages.get(PATCHES)
    expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    const titles = [...body.matchAll(/<entry>\n<title>(.*)<\/title>/g)].map(([, title]) => title)
    expect(titles).toEqual(['two', 'one'])
    expect(body).toContain('<id>https://pw.example.org/project/lamps/patch/2@x/</id>')
    expect(body).toContain('<updated>2026-10-06T10:00:00Z</updated>')
    expect(body).toContain('<author><name>Mira Keeper</name></author>')
    expect(body).toContain('<summary type="text">Light the lamp.')
    expect((await pages.get(`${PATCHES}?q=one`)).body).not.toContain('two')
    expect((await pages.get(`${PATCHES}?state=`)).body).not.toContain('two')
    const list = (await pages.get('/project/lamps/list/?q=one')).body
    expect(list).toContain(
      'type="application/atom+xml" title="Patches" href="/project/lamps/feed/patches/?q=one"',
    )
  })

  it('tell of series by their covers', async () => {
    const thread = { inReplyTo: '0@x', references: '<0@x>' }
    await pages.post({ id: '0@x', subject: '[PATCH v2 0/1] wicks: trim', body: 'Short & bright.\n' })
    await pages.post({ ...thread, id: '1@x', subject: '[PATCH v2 1/1] wick' })
    const { body } = await pages.get('/project/lamps/feed/series/')
    expect(body).toContain('<title>wicks: trim (v2, 1 patch)</title>')
    expect(body).toContain('<id>https://pw.example.org/series/1/</id>')
    expect(body).toContain('Short &amp; bright.')
  })

  it('are well-formed whatever is in a mail', async () => {
    const subject = '[PATCH] a\u0008 <b> & ]]> \ufffe'
    await pages.post({ id: '1@x', subject, body: `\u0000\u0001 <x>\n---\n${DIFF}` })
    await pages.post({ id: '2@x', subject: '[PATCH] plain' })
    const { body } = await pages.get(PATCHES)
    expect(body).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe]/)
    expect(body).not.toContain('<b>')
    expect(body).toContain('&lt;x&gt;')
  })

  it('are there when there is nothing to tell', async () => {
    const { status, body } = await pages.get(PATCHES)
    expect(status).toBe(200)
    expect(body).toContain('<updated>2026-10-12T12:00:00Z</updated>')
    expect((await pages.get('/project/none/feed/patches/')).status).toBe(404)
  })
})
