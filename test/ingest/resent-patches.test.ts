import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('patches that are sent again', (fixture) => {
  const take = async (id: string, subject: string) => {
    const thread = id === 'a0@x' ? {} : { inReplyTo: 'a0@x', references: '<a0@x>' }
    const date = `Mon, 05 Oct 2026 ${id.startsWith('a') ? '10:00' : '11:00'}:0${id[1]} +0200`
    const body = id === 'a0@x' ? { body: 'All.' } : {}
    await ingest(fixture.db, mail({ id, subject, date, ...thread, ...body }), { now: NOW })
  }

  /** The patches with their series and places. */
  const places = async () => {
    const rows = await fixture.db
      .selectFrom('patches')
      .select(['msgid', 'series_id', 'number'])
      .orderBy('patches.id')
      .execute()
    return rows.map(({ msgid, series_id, number }) => `${msgid.slice(1, 3)} ${series_id} ${number}`)
  }

  beforeEach(async () => {
    await addLamps(fixture.db)
    await take('a0@x', '[PATCH 0/2] all')
    await take('a1@x', '[PATCH 1/2] one')
    await take('a2@x', '[PATCH 2/2] two')
  })

  it.each(['RESEND PATCH', 'PATCH RESEND', 'PATCH/RESEND', 'REPOST PATCH'])(
    'take the place of the first ones: [%s 2/2]',
    async (prefix) => {
      await take('b2@x', `[${prefix} 2/2] two`)
      expect(await places()).toEqual(['a1 1 1', 'a2 1 null', 'b2 1 2'])
    },
  )

  it('begin a series if all are', async () => {
    await take('b1@x', '[PATCH RESEND 1/2] one')
    await take('b2@x', '[PATCH RESEND 2/2] two')
    expect(await places()).toEqual(['a1 1 1', 'a2 1 2', 'b1 2 1', 'b2 2 2'])
  })

  it('begin a series if they are others', async () => {
    await take('b2@x', '[PATCH RESEND 2/2] three')
    expect(await places()).toEqual(['a1 1 1', 'a2 1 2', 'b2 2 2'])
  })
})
