import { beforeEach, expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { MAX_RELATED, relatePatch, replaceRelations } from '../../../src/domain/patches/relations.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { copyRow } from '../../support/copy-row.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'

const FULL = `A patch is related to ${MAX_RELATED} others at most.`
const NOW = '2026-10-05T12:00:00'

describeOnEach('relations', (fixture) => {
  let ids: number[]
  beforeEach(async () => {
    const { db } = fixture
    const lamps = { link_name: 'lamps', name: 'Lamps', list_id: 'lamps.example.org', list_email: 'l@x' }
    await insertProject(db, lamps)
    await ingest(db, mail({ id: '1@x' }), { now: new Date() })
    await copyRow(db, 'patches', 1, MAX_RELATED + 10)
    ids = (await db.selectFrom('patches').select('id').orderBy('id').execute()).map(({ id }) => id)
  })

  const related = async () => {
    const rows = await fixture.db
      .selectFrom('patches')
      .select('id')
      .where('relation_id', 'is not', null)
      .orderBy('id')
      .execute()
    return rows.map(({ id }) => id)
  }

  it('that are replaced have no more patches than others, and stay as they are if one has', async () => {
    const { db } = fixture
    expect(await replaceRelations(db, [ids.slice(0, 3)])).toBe(1)
    const groups = [ids.slice(0, MAX_RELATED + 2), ids.slice(-3)]
    await expect(replaceRelations(db, groups)).rejects.toThrow(FULL)
    expect(await related()).toEqual(ids.slice(0, 3))
    const full = ids.slice(0, MAX_RELATED + 1)
    expect(await replaceRelations(db, [full])).toBe(1)
    expect(await related()).toEqual(full)
  })

  it('take no patch too many from changes at the same time, of other processes too', async () => {
    const { db, url } = fixture
    await replaceRelations(db, [ids.slice(0, MAX_RELATED)])
    const other = connect(url)
    const changes = ids.slice(-6).map((id, index) => relatePatch(index % 2 ? db : other, 1, [id], null, NOW))
    const outcomes = await Promise.allSettled(changes)
    await other.destroy()
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain(FULL)
    expect(await related()).toHaveLength(MAX_RELATED + 1)
  })
})
