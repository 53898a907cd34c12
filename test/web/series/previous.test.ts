import { expect, it } from 'vitest'
import { describePages } from '../support.js'

const OLA = 'Ola Nordlys <ola@lanterna.example.org>'

describePages('the previous version on the page of a series', (pages) => {
  it('is linked and unlinked by those who may, and refused in words', async () => {
    const { post, get, send } = pages
    await post({ from: OLA, id: '1@x', subject: '[PATCH] one', date: 'Mon, 05 Oct 2026 10:00:00 +0000' })
    await post({ from: OLA, id: '2@x', subject: '[PATCH v2] two', date: 'Tue, 06 Oct 2026 10:00:00 +0000' })
    expect((await get('/series/2/')).body).not.toContain('Previous version')
    expect((await get('/series/2/', 'mira')).body).toContain('Previous version')
    const path = '/series/2/previous/'
    expect((await send(path, { series: '1' })).status).toBe(403)
    const linked = await send(path, { action: 'link', series: '/series/1/' }, 'mira')
    expect([linked.status, linked.headers.location]).toEqual([302, '/series/2/'])
    expect((await get('/series/2/', 'mira')).body).toContain('Unlink previous version')
    const circle = await send('/series/1/previous/', { series: '2' }, 'mira')
    expect([circle.status, circle.body]).toEqual([409, expect.stringContaining('continues series 1 already')])
    for (const series of ['', 'two', '99', 'https://other.example.org/series/1/', '"><b>'])
      expect((await send(path, { series }, 'mira')).status).toBe(400)
    expect((await send(path, { action: 'unlink' }, 'mira')).status).toBe(302)
    expect((await get('/series/2/', 'mira')).body).not.toContain('Unlink previous version')
  })
})
