import { afterEach, expect, it, vi } from 'vitest'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { mail } from '../../support/mail.js'
import { describePlace, type Place } from '../patches/page-support.js'
import { asAdministrator, trail } from './support.js'

/** A mail of a list that no project has; gives its number. */
async function takeStray({ db, clock }: Place): Promise<number> {
  const written = mail({
    id: 'stray@x',
    subject: '[PATCH] <script>alert(1)</script>',
    from: '"<b>Eve</b>" <eve@example.net>',
  })
  const bytes = Buffer.from(written.toString().replace('lamps.example.org', 'ropes.example.org'))
  const entries = await journalMails(db, [{ bytes, source: 'pipe' }], new Date(clock))
  await processMails(db, entries, new Date(clock))
  return entries[0]?.id ?? 0
}

describePlace('the journal', (place) => {
  afterEach(() => void vi.restoreAllMocks())

  it('shows what was ignored and why, with nothing of a mail that a browser would run', async () => {
    const id = await takeStray(place)
    const visitor = await asAdministrator(place)
    const { body } = await visitor.get('/admin/mail/?outcome=ignored')
    expect(body).toContain('&lt;script>alert(1)')
    expect(body).not.toContain('<script>alert')
    expect((await visitor.get('/admin/mail/?outcome=failed')).body).not.toContain('alert(1)')
    expect((await visitor.get('/admin/mail/?outcome=nonsense&flagged=1&page=x')).status).toBe(200)
    const shown = (await visitor.get(`/admin/mail/${id}/`)).body
    expect(shown).toContain('Subject: [PATCH] &lt;script>')
    expect(shown).not.toContain('<script>alert')
    const raw = await visitor.get(`/admin/mail/${id}/raw/`)
    expect(raw.headers['content-disposition']).toContain('attachment')
    expect(raw.body).toContain('<script>alert(1)</script>')
    expect((await visitor.get('/admin/mail/999/')).status).toBe(404)
  })

  it('takes a mail again, once there is a project for it', async () => {
    const id = await takeStray(place)
    const visitor = await asAdministrator(place)
    await insertProject(place.db, {
      link_name: 'ropes',
      name: 'Ropes',
      list_id: 'ropes.example.org',
      list_email: 'ropes@example.org',
    })
    expect((await visitor.submit(`/admin/mail/${id}/retry/`)).location).toBe(`/admin/mail/${id}/`)
    const { body } = await visitor.get(`/admin/mail/${id}/`)
    expect(body).toContain('Processed again: patch')
    expect(body).toContain('href="/patch/4/"')
    expect(await trail(place.db)).toEqual([`rolf retry mail ${id} {"outcome":{"to":"patch"}}`])
  })

  it('makes answers of a large mail only when there is room for them', async () => {
    const id = await takeStray(place)
    const size = 40_000_000
    await place.db.updateTable('mails').set({ size }).where('id', '=', id).execute()
    const visitor = await asAdministrator(place)
    const enter = vi.spyOn(place.app.largeAnswers, 'enter')
    for (const path of [`/admin/mail/${id}/`, `/admin/mail/${id}/raw/`]) {
      enter.mockClear()
      expect((await visitor.get(path)).status).toBe(200)
      expect(enter.mock.calls.map(([, bytes]) => bytes)).toEqual([2 * size])
    }
    enter.mockClear()
    await visitor.submit(`/admin/mail/${id}/retry/`)
    expect(enter.mock.calls.map(([, bytes]) => bytes)).toContain(2 * size)
  })
})
