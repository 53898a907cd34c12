import { expect, it } from 'vitest'
import { runQuery } from '../../src/db/transaction-connection.js'
import { prepareUpsert } from '../../src/db/upserts.js'
import { describeOnEach } from '../support/database.js'

interface Position {
  source: string
  position: string
}

const upsert = prepareUpsert<Position>(['source', 'position'], (db, rows) =>
  db
    .insertInto('mail_positions')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('source').doUpdateSet((eb) => ({ position: eb.ref('excluded.position') })),
    ),
)

/** Each row has columns in an order of its own. */
const rowsOf = (start: number, end: number, position: string): Position[] =>
  Array.from({ length: end - start }, (_, index) => {
    const source = String(start + index)
    return index % 2 === 0 ? { source, position } : { position, source }
  })

describeOnEach('upserts', (fixture) => {
  it.each([0, 1, 2, 17, 300])('insert %i rows, and change those that are there', async (count) => {
    const { db } = fixture
    await db.deleteFrom('mail_positions').execute()
    for (const query of upsert(db, rowsOf(0, count, 'old'))) await runQuery(db, query)
    const half = Math.floor(count / 2)
    for (const query of upsert(db, rowsOf(half, half + count, 'new'))) await runQuery(db, query)
    const rows = await db.selectFrom('mail_positions').selectAll().execute()
    const wanted = [...rowsOf(0, half, 'old'), ...rowsOf(half, half + count, 'new')]
    expect(Object.fromEntries(rows.map(({ source, position }) => [source, position]))).toEqual(
      Object.fromEntries(wanted.map(({ source, position }) => [source, position])),
    )
  })

  it('are few statements for many rows', () => {
    expect([...upsert(fixture.db, rowsOf(0, 256, ''))]).toHaveLength(2)
  })
})
