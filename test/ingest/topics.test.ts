import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { DIFF, type MailOptions, mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('the earlier version that a mail names', (fixture) => {
  const take = (options: MailOptions) => ingest(fixture.db, mail(options), { now: NOW })

  beforeEach(async () => {
    await addLamps(fixture.db)
    await take({ id: 'old/0@x', subject: '[PATCH 0/1] all', body: 'All.\n\nchange-id: 20260101-all-1234' })
    await take({ id: 'old/1@x', subject: '[PATCH 1/1] one', inReplyTo: 'old/0@x', references: '<old/0@x>' })
  })

  const link = async (lines: string) => {
    const body = `Text.\n\n${lines}\n---\n${DIFF.replaceAll('lamp', 'wick')}`
    await take({ id: 'new@x', from: 'Eli <eli@example.org>', subject: '[PATCH v2] other words', body })
    return await fixture.db.selectFrom('topic_links').select(['series_id', 'earlier_id', 'reason']).execute()
  }

  it.each([
    ['supersedes', 'Supersedes: <old/1@x>'],
    ['link', 'Link to v1: <old/0@x>'],
    ['link', 'v1: https://lore.example.org/lamps/old%2F1@x/'],
    ['link', 'Link to v1: https://patchwork.example.org/project/lamps/patch/old%2F1@x/'],
    ['link', 'Link to v1: https://patchwork.example.org/patch/1/'],
    ['link', 'Link to v1: https://patchwork.example.org/cover/1/'],
    ['link', 'Link to v1: https://patchwork.example.org/series/1/'],
    [
      'link',
      'Link to v1: https://patchwork.example.org/patch/1/\nv1: https://patchwork.example.org/series/1/',
    ],
    ['change-id', 'change-id: 20260101-all-1234'],
  ])('is linked as %s by %j', async (reason, lines) => {
    expect(await link(lines)).toEqual([{ series_id: 2, earlier_id: 1, reason }])
  })

  it.each([
    'Text of others: https://patchwork.example.org/patch/1/',
    '> Link to v1: <old/0@x>',
    'prerequisite-change-id: 20260101-all-1234',
    'Link to v1: https://patchwork.example.org/patch/99/',
  ])('is not %j', async (lines) => {
    expect(await link(lines)).toEqual([])
  })
})
