import { expect, it } from 'vitest'
import { ingest } from '../../../src/ingest/ingest.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-09T12:00:00Z')

describeOnEach('patchwork series', (fixture) => {
  it('links and unlinks the previous version', async () => {
    const { db, url } = fixture
    await addLamps(db)
    await ingest(db, mail({ id: '1@x', subject: '[PATCH] one', date: '05 Oct 2026 10:00:00 +0000' }), {
      now: NOW,
    })
    await ingest(db, mail({ id: '2@x', subject: '[PATCH v2] two', date: '06 Oct 2026 10:00:00 +0000' }), {
      now: NOW,
    })
    const decisions = () => db.selectFrom('topic_decisions').select(['series_id', 'earlier_id']).execute()
    expect((await runCli(url, 'series', 'link', '2', '1')).code).toBe(0)
    expect(await decisions()).toEqual([{ series_id: 2, earlier_id: 1 }])
    for (const wrong of [
      ['1', '2'],
      ['1', 'x'],
      ['9', '1'],
    ])
      expect((await runCli(url, 'series', 'link', ...wrong)).code).toBe(1)
    expect((await runCli(url, 'series', 'unlink', '2')).code).toBe(0)
    expect(await decisions()).toEqual([{ series_id: 2, earlier_id: null }])
  })
})
