import { expect, it } from 'vitest'
import { describePages } from '../support.js'

const OLA = 'Ola Nordlys <ola@lanterna.example.org>'

describePages('a suggestion on the pages of a work', (pages) => {
  it('names the version whose patches are to change, also on the page of the newer one', async () => {
    const { post, get } = pages
    await post({ from: OLA, id: '1@x', subject: '[PATCH] one', date: 'Mon, 05 Oct 2026 10:00:00 +0000' })
    await post({ from: OLA, id: '2@x', subject: '[PATCH v2] one', date: 'Tue, 06 Oct 2026 10:00:00 +0000' })
    for (const path of ['/series/1/', '/series/2/']) {
      const { body } = await get(path)
      expect(body).toContain('Series 2 (v2) is complete.')
      expect(body).toContain('One patch of series 1 (v1) still is not Superseded.')
    }
  })
})
