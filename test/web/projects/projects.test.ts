import { expect, it } from 'vitest'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { describePages } from '../support.js'

describePages('projects', (pages) => {
  it('lead to the list where there is one, and to all where there are several', async () => {
    const { status, headers } = await pages.get('/')
    expect([status, headers.location]).toEqual([302, '/project/lamps/list/'])
    const ropes = { link_name: 'ropes', name: 'Ropes', list_id: 'r.example.org', list_email: 'r@example.org' }
    await insertProject(pages.db, { ...ropes, web_url: 'javascript:alert(1)' })
    await pages.post({ id: '1@x' })
    const { body } = await pages.get('/')
    expect(body).toContain('href="/project/ropes/list/"')
    expect(body).toContain('1 patch to act on')
    expect(body).toContain('0 patches to act on')
    expect(body).not.toContain('href="javascript:')
  })

  it('tell of their addresses, their maintainers and how to work with them', async () => {
    const { body } = await pages.get('/project/lamps/')
    expect(body).toContain('href="mailto:lamps@example.org"')
    expect(body).toContain('<bdi>Mira</bdi>')
    expect(body).not.toContain('mira@lanterna.example.org')
    expect(body).toContain('git config pw.project lamps')
    expect((await pages.get('/project/lamps/', 'una')).body).toContain('mailto:mira@lanterna.example.org')
    const file = await pages.get('/project/lamps/pwclientrc/')
    expect(file.headers['content-disposition']).toBe('attachment; filename=.pwclientrc')
    expect(file.body).toContain('[lamps]\nbackend = rest\nurl = https://pw.example.org/api/\n')
  })

  it('count patches by state, and those of each week', async () => {
    await pages.post({ id: '1@x', date: 'Mon, 05 Oct 2026 10:00:00 +0000' })
    await pages.post({ id: '2@x', date: 'Sun, 04 Oct 2026 10:00:00 +0000' })
    await pages.post({ id: '3@x', date: 'Thu, 01 Jan 2026 10:00:00 +0000' })
    await pages.send('/project/lamps/list/', { patch: '1', state: '3' }, 'mira')
    await pages.send('/project/lamps/list/', { patch: '2', archived: 'true' }, 'mira')
    const { body } = await pages.get('/project/lamps/')
    const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
    expect(text).toContain('New 1 1 Under Review - - Accepted 1 - ')
    expect(text).toContain('2026-10-12 0 1 2026-10-05 1 0 2026-09-28 1 0')
    expect(body).toContain('In 26 weeks 2 patches were received and 1 dealt with')
    expect(body).toContain('/project/lamps/list/?state=1&amp;archive=true')
  })
})
