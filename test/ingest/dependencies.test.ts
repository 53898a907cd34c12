import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { DIFF, type MailOptions, mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('what a series depends on', (fixture) => {
  const take = (options: MailOptions) => ingest(fixture.db, mail(options), { now: NOW })

  beforeEach(async () => {
    await addLamps(fixture.db)
    await take({
      id: '0@x',
      subject: '[PATCH 0/1] all',
      body: 'All.\n-- \n2.45.0\nchange-id: 20260101-all-1234',
    })
    await take({ id: 'a/b@x', subject: '[PATCH 1/1] one', inReplyTo: '0@x', references: '<0@x>' })
    await take({ id: 'other@x' })
  })

  const dependencies = async (lines: string) => {
    await take({ id: 'new@x', body: `Text.\n\n${lines}\n---\n${DIFF}` })
    return await fixture.db.selectFrom('series_dependencies').selectAll().execute()
  }

  it.each([
    'Depends-on: <0@x>',
    'Depends-on: <a/b@x>',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/a%2Fb@x/',
    'Depends-on: https://old.example.org/project/lamps/cover/0@x/',
    'Depends-on: https://patchwork.example.org/patch/1/',
    'Depends-on: https://patchwork.example.org/cover/1/',
    'Depends-on: https://patchwork.example.org/series/1/',
    'Depends-on: https://patchwork.example.org/project/lamps/list/?series=1',
    'Depends-on: <0@x>\nDepends-on: <a/b@x>',
    'Depends-on: series-1 ("all")',
    'prerequisite-message-id: <0@x>',
    'prerequisite-message-id: a/b@x',
    'prerequisite-change-id: 20260101-all-1234:v1',
    'prerequisite-change-id: 20260101-all-1234:v2',
  ])('by %j', async (lines) => {
    const [row, ...rest] = await dependencies(lines)
    expect(Object.values(row ?? {}).map(Number)).toEqual([3, 1])
    expect(rest).toEqual([])
  })

  it.each([
    'Depends-on: <unknown@x>',
    'Depends-on: https://patchwork.example.org/patch/99/',
    'Depends-on: https://patchwork.example.org/series/99999999999/',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/%zz/',
    'Depends-on: https://[',
    'Depends-on: the other one',
    'Depends-on: series-999',
    'prerequisite-change-id: another',
  ])('is nothing that we do not have: %j', async (lines) => {
    expect(await dependencies(lines)).toEqual([])
  })
})
