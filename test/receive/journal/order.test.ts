import { expect, it } from 'vitest'
import { Receiver } from '../../../src/receive/transports/receiver.js'
import { contextOn } from '../../support/context.js'
import { closeDatabase, describeOnEach, type Fixture, makeDatabase } from '../../support/database.js'
import { HARD_ORDERS } from '../../support/nearby-archives.js'
import { addProjects, deliver, messagesOf, NOW, random, readAll, shuffled } from '../../support/order.js'
import { ARCHIVES, type Delivered } from '../../support/order-archives.js'
import { generateArchive } from '../../support/order-generator.js'

/** Whatever order mails are delivered in, the API says what it says after the orderly run. */

const SENDERS = 6

/** Delivers mails by senders side by side, each of which waits only for the answers to its own. */
async function deliverSideBySide(fixture: Fixture, mails: readonly Delivered[]): Promise<unknown> {
  await addProjects(fixture.db)
  const receiver = new Receiver(contextOn(fixture, { now: () => NOW }))
  const queue = messagesOf(mails)
  const sender = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await receiver.receive(next)
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
  await receiver.settle()
  return await readAll(fixture)
}

/** The first of the archives that are generated. */
const FIRST_SEED = 100

/** The mails of an archive in the order that is hardest: one that is named, else from the last to the first. */
function hardOrder(name: string, mails: readonly Delivered[]): Delivered[] {
  const ids = HARD_ORDERS[name]?.split(' ')
  return ids
    ? mails.toSorted((a, b) => ids.indexOf(a.id ?? '') - ids.indexOf(b.id ?? ''))
    : mails.toReversed()
}

/** Runs something on a new database. */
async function inNew<T>(fixture: Fixture, run: (fixture: Fixture) => Promise<T>): Promise<T> {
  const other = await makeDatabase(fixture)
  try {
    return await run(other)
  } finally {
    await closeDatabase(other)
  }
}

describeOnEach('any order of delivery gives what the orderly run gives', (fixture) => {
  // What depends on the order is not in the database: PostgreSQL, where a new one takes longer, has fewer runs.
  const runsOf = (onSqlite: number, onPostgres: number) =>
    fixture.url.startsWith('sqlite:') ? onSqlite : onPostgres
  const runs = new Map<string, Promise<unknown>>()

  /** The orderly run of an archive, made once for all tests. */
  function orderlyRun(name: string, mails: readonly Delivered[]): Promise<unknown> {
    const run = runs.get(name) ?? inNew(fixture, (each) => deliver(each, mails, mails.length))
    runs.set(name, run)
    return run
  }

  it.each(Object.entries(ARCHIVES))('%s', async (name, mails) => {
    const orderly = await orderlyRun(name, mails)
    expect((orderly as Record<string, unknown[]>)['patches']).not.toEqual([])
    if (name.startsWith('what builds on'))
      expect((orderly as Record<string, unknown[]>)['who builds on whom']?.length).toBeGreaterThan(4)
    const numbers = random(20261005)
    for (let run = 0; run < runsOf(4, 2); run++) {
      const order = run === 0 ? hardOrder(name, mails) : shuffled(mails, numbers)
      const result = await inNew(fixture, (each) => deliver(each, order, (run % 3) + 1))
      expect(result, order.map(({ id }) => id).join(' ')).toEqual(orderly)
    }
  })

  it('generated archives', async () => {
    for (let seed = 0; seed < runsOf(30, 6); seed++) {
      const mails = generateArchive(FIRST_SEED + seed)
      const orderly = await inNew(fixture, (each) => deliver(each, mails, 1))
      const numbers = random(seed)
      const order = seed % 2 ? mails.toReversed() : shuffled(mails, numbers)
      const result = await inNew(fixture, (each) => deliver(each, order, (seed % 3) + 1))
      expect(result, `${FIRST_SEED + seed}: ${order.map(({ id }) => id).join(' ')}`).toEqual(orderly)
    }
  })

  it('with six senders side by side', async () => {
    const numbers = random(20261128)
    for (const [name, mails] of Object.entries(ARCHIVES)) {
      const order = shuffled(mails, numbers)
      const result = await inNew(fixture, (each) => deliverSideBySide(each, order))
      expect(result).toEqual(await orderlyRun(name, mails))
    }
  })
})
