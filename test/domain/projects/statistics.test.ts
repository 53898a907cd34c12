import { afterEach, expect, it, vi } from 'vitest'
import { StatisticsCache } from '../../../src/domain/projects/statistics.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const LIST = 'lamps.example.org'

describeOnEach('the figures of projects', (fixture) => {
  afterEach(() => void vi.restoreAllMocks())

  it('are counted anew, unless that takes long: then they are kept for a hundred times as long', async () => {
    const { db } = fixture
    await insertProject(db, { link_name: 'lamps', name: 'Lamps', list_id: LIST, list_email: 'l@x' })
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const figures = new StatisticsCache(db)
    const span = { project: 1, since: '2026-10-01T00:00:00', until: '2026-10-06T00:00:00' }
    const count = async (took = 0) => {
      const counting = Promise.all([figures.readOpenCounts(), figures.readStatistics(span)])
      clock.mockReturnValue(performance.now() + took)
      const [open, { received }] = await counting
      return [open[0]?.count ?? 0, received.length]
    }
    expect(await count()).toEqual([0, 0])
    await ingest(db, mail({ id: '1@x', date: 'Thu, 01 Oct 2026 12:00:00 +0000' }), { now: NOW })
    expect(await count(20)).toEqual([1, 1])
    await ingest(db, mail({ id: '2@x', date: 'Fri, 02 Oct 2026 12:00:00 +0000' }), { now: NOW })
    clock.mockReturnValue(2019)
    expect(await count()).toEqual([1, 1])
    clock.mockReturnValue(2020)
    expect(await count()).toEqual([2, 2])
  })
})
