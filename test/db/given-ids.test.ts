import { beforeEach, expect, it } from 'vitest'
import { giveOutIds, insertWithGivenId } from '../../src/db/given-ids.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { insertEvents } from '../../src/domain/events/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { statementsOf, stopClock } from '../support/statements.js'

stopClock()

const NOW = new Date('2026-10-05T12:00:00Z')

const rowOf = (msgid: string) => ({
  patch_id: 1,
  msgid,
  date: '2026-10-05T12:00:00',
  submitter_id: 1,
  addressed: null,
  headers: '',
  content: msgid,
})

const later = (db: Database, msgid: string) => insertWithGivenId(db, 'patch_comments', rowOf(msgid))
const now = async (db: Database, msgid: string) =>
  (await db.insertInto('patch_comments').values(rowOf(msgid)).returning('id').executeTakeFirstOrThrow()).id

describeOnEach('ids that a transaction gives out', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
    await ingest(fixture.db, mail({ id: 'p@x' }), { now: NOW })
  })

  const stored = async () =>
    (await fixture.db.selectFrom('patch_comments').select(['id', 'msgid']).orderBy('id').execute()).map(
      ({ id, msgid }) => `${id} ${msgid}`,
    )

  it('are those that the database would have given, and it goes on after them', async () => {
    await now(fixture.db, 'a')
    const ids = await transaction(fixture.db, async (db) => {
      giveOutIds(db)
      return [await later(db, 'b'), await later(db, 'c')]
    })
    expect(ids).toEqual([2, 3])
    expect(await now(fixture.db, 'd')).toBe(4)
    expect(await stored()).toEqual(['1 a', '2 b', '3 c', '4 d'])
  })

  it('go on from rows that other statements of the transaction insert', async () => {
    await transaction(fixture.db, async (db) => {
      giveOutIds(db)
      await later(db, 'a')
      expect(await now(db, 'b')).toBe(2)
      expect(await later(db, 'c')).toBe(3)
    })
    expect(await stored()).toEqual(['1 a', '2 b', '3 c'])
  })

  it('come with few statements, and before rows that name them', async () => {
    const statements = await statementsOf(() =>
      transaction(fixture.db, async (db) => {
        giveOutIds(db)
        for (let number = 1; number <= 16; number++) {
          const id = (await later(db, String(number))) as number
          const event = { category: 'patch-comment-created', patch_id: 1, patch_comment_id: id }
          await insertEvents(db, [{ ...event, project_id: 1, date: '2026-10-05T12:00:00' }])
        }
      }),
    )
    // The last id, the comments, the sequence of PostgreSQL, the events, and the transaction itself.
    expect(statements.length).toBeLessThanOrEqual(6)
    expect(await stored()).toHaveLength(16)
  })

  it('are given again if the transaction fails, as far as the database gives its own again', async () => {
    const failing = transaction(fixture.db, async (db) => {
      giveOutIds(db)
      await later(db, 'a')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await stored()).toEqual([])
    expect(await now(fixture.db, 'b')).toBe(1)
  })

  it('are none without being asked for', async () => {
    expect(await transaction(fixture.db, (db) => later(db, 'a'))).toBeUndefined()
    expect(() => giveOutIds(fixture.db)).toThrow('only writer')
  })
})
