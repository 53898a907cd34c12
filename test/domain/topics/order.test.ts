import { expect, it } from 'vitest'
import type { LinkChange } from '../../../src/domain/topics/components.js'
import { relink } from '../../../src/ingest/relink.js'
import { closeDatabase, describeOnEach, type Fixture, makeDatabase } from '../../support/database.js'
import { generateDenseArchive, generateNamesakes } from '../../support/dense-archives.js'
import { deliver, NOW, random, readVersionsOf, shuffled } from '../../support/order.js'

/** Which series are versions of which others follows from the mails that came, not from their order. */

const ACTOR = {
  id: null,
  name: 'patchwork',
  way: 'command line',
  time: NOW.toISOString().slice(0, 19),
} as const

describeOnEach('versions', (fixture) => {
  // What depends on the order is not in the database: PostgreSQL, where a new one takes longer, has fewer runs.
  const runs = () => (fixture.url.startsWith('sqlite:') ? 40 : 5)

  async function inNew<T>(run: (fixture: Fixture) => Promise<T>): Promise<T> {
    const other = await makeDatabase(fixture)
    try {
      return await run(other)
    } finally {
      await closeDatabase(other)
    }
  }

  it('are the same in any order where more series have one name than are compared', async () => {
    const isSqlite = fixture.url.startsWith('sqlite:')
    const mails = generateNamesakes(3, isSqlite ? 130 : 70)
    const orderly = await inNew((each) => deliver(each, mails, mails.length, readVersionsOf))
    const orders = [mails, shuffled(mails, random(2))]
    for (const order of isSqlite ? orders : orders.slice(1))
      await inNew(async (each) => {
        expect(await deliver(each, order, 1, readVersionsOf)).toEqual(orderly)
        expect(await changesByRelink(each)).toEqual([])
      })
  })

  it('are the same in any order of delivery, and relink changes none', async () => {
    let continued = 0
    for (let seed = 0; seed < runs(); seed++) {
      const mails = generateDenseArchive(seed)
      const orderly = await inNew((each) => deliver(each, mails, mails.length, readVersionsOf))
      continued += Object.values(orderly as Record<string, string>).filter((text) =>
        text.includes('name'),
      ).length
      const order = seed % 2 ? mails.toReversed() : shuffled(mails, random(seed))
      const name = `${seed}: ${order.map(({ id }) => id).join(' ')}`
      await inNew(async (each) => {
        const result = await deliver(each, order, (seed % 3) + 1, readVersionsOf)
        expect(result, name).toEqual(orderly)
        expect(await changesByRelink(each), name).toEqual([])
        expect(await readVersionsOf(each), name).toEqual(orderly)
      })
    }
    expect(continued).toBeGreaterThan(runs())
  })
})

async function changesByRelink({ db }: Fixture): Promise<LinkChange[]> {
  const changes: LinkChange[] = []
  await relink(db, { isDry: false, actor: ACTOR, onChange: (change) => changes.push(change) })
  return changes
}
