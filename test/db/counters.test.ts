import { type SqlBool, sql } from 'kysely'
import { expect, it } from 'vitest'
import { correctCounters, countWrongCounters } from '../../src/db/counters.js'
import type { IdLister } from '../../src/db/pagination.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import type { Actor } from '../../src/domain/actor.js'
import { undoBatch } from '../../src/domain/changes/commands.js'
import { insertChecks } from '../../src/domain/checks/updates.js'
import { listCoverIds } from '../../src/domain/covers/filter.js'
import { listEventIds } from '../../src/domain/events/filter.js'
import { changePatches } from '../../src/domain/patches/commands.js'
import { listPatchIds } from '../../src/domain/patches/filter.js'
import { deleteBatch, markRemoved } from '../../src/domain/projects/removal.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { listSeriesIds } from '../../src/domain/series/filter.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { copyRow } from '../support/copy-row.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'
import { random } from '../support/order.js'
import { statementsOf, stopClock } from '../support/statements.js'

stopClock()

const NOW = new Date('2026-10-05T12:00:00Z')
const THEN = '2026-10-05T12:00:00.000000'
const PROJECTS = ['lamps', 'buoys', 'ropes']
const NEW_STATE = 1
const STATES = 10

/** Does things to a database that a seed decides. */
class Commands {
  readonly #db: Database
  readonly #actor: Actor
  readonly #numbers: Generator<number, never>
  #sent = 0

  constructor(db: Database, actor: Actor, seed: number) {
    this.#db = db
    this.#actor = actor
    this.#numbers = random(seed)
  }

  #below(limit: number): number {
    return Math.floor(this.#numbers.next().value * limit)
  }

  /** Several at once, as requests and mails come. */
  async run(count: number): Promise<void> {
    const commands = [
      () => this.#series(),
      () => this.#change(),
      () => this.#change(),
      () => this.#undo(),
      () => this.#check(),
      () => this.#abandon(),
      () => this.#byHand(),
    ]
    await Promise.all(
      Array.from({ length: count }, async () => await commands[this.#below(commands.length)]?.()),
    )
  }

  async #series(): Promise<void> {
    const list = PROJECTS[this.#below(2)] ?? ''
    const id = `${this.#below(2 ** 31)}-${++this.#sent}`
    const count = 1 + this.#below(3)
    for (let number = 0; number <= count; number++) {
      const options = { id: `${id}-${number}@x`, subject: `[PATCH ${number}/${count}] lamp ${number}` }
      const parent = number === 0 ? { body: 'Lamps.\n' } : { references: `<${id}-0@x>` }
      await ingest(this.#db, mail({ ...options, ...parent }), { listId: `${list}.example.org`, now: NOW })
    }
    const reply = mail({
      id: `${id}-r@x`,
      subject: 'Re: [PATCH] lamp',
      references: `<${id}-1@x>`,
      body: 'Fine.\n',
    })
    await ingest(this.#db, reply, { listId: `${list}.example.org`, now: NOW })
  }

  async #somePatches() {
    const rows = await this.#db.selectFrom('patches').select(['id', 'project_id']).orderBy('id').execute()
    const [first, size] = [this.#below(rows.length), 1 + this.#below(5)]
    return rows.slice(first, first + size)
  }

  async #change(): Promise<void> {
    const ids = (await this.#somePatches()).map(({ id }) => id)
    const [state_id, archived] = [1 + this.#below(STATES), this.#below(2)]
    await changePatches(this.#db, this.#actor, ids, this.#below(2) ? { state_id } : { state_id, archived })
  }

  async #undo(): Promise<void> {
    const batches = await this.#db.selectFrom('change_batches').select(['id', 'project_id']).execute()
    const batch = batches[this.#below(batches.length)]
    if (batch) await undoBatch(this.#db, this.#actor, batch.project_id, batch.id).catch(() => {})
  }

  async #check(): Promise<void> {
    const check = { user_id: this.#actor.id ?? 0, date: THEN, state: 1, context: 'ci' }
    await insertChecks(this.#db, await this.#somePatches(), { ...check, target_url: null, description: null })
  }

  /** Changes and deletes rows in a transaction that fails. */
  async #abandon(): Promise<void> {
    const failing = transaction(this.#db, async (db) => {
      await db.updateTable('patches').set({ state_id: 2, archived: 1 }).execute()
      await db.deleteFrom('events').where('patch_id', 'is not', null).execute()
      throw new Error('given up')
    })
    await expect(failing).rejects.toThrow('given up')
  }

  /** What no command does. */
  async #byHand(): Promise<void> {
    const [patch] = await this.#somePatches()
    if (!patch) return
    const project_id = 1 + this.#below(2)
    const elsewhere = { project_id, series_id: null, number: null }
    await this.#db.updateTable('patches').set(elsewhere).where('id', '=', patch.id).execute()
    await this.#db
      .updateTable('events')
      .set({ category: 'patch-relation-changed' })
      .where('patch_id', '=', patch.id)
      .where('category', '=', 'patch-state-changed')
      .execute()
  }
}

/** Each list with filters whose totals are counters, and what they say in SQL. */
const FILTERS: readonly [string, IdLister<object, 'id'>, readonly [object, string][]][] = [
  [
    'patches',
    listPatchIds,
    [
      [{}, 'true'],
      [{ projects: [1] }, 'project_id = 1'],
      [{ projects: [1, 2], words: [] }, 'project_id in (1, 2)'],
      [
        { projects: [1], states: [NEW_STATE, 3], isArchived: false },
        'project_id = 1 and state_id in (1, 3) and archived = 0',
      ],
      [{ isActionRequired: true }, 'state_id in (1, 2)'],
      [{ isArchived: true }, 'archived = 1'],
    ],
  ],
  [
    'covers',
    listCoverIds,
    [
      [{}, 'true'],
      [{ projects: [2] }, 'project_id = 2'],
    ],
  ],
  [
    'series',
    listSeriesIds,
    [
      [{}, 'true'],
      [{ projects: [2] }, 'project_id = 2'],
    ],
  ],
  [
    'events',
    listEventIds,
    [
      [{}, 'true'],
      [{ hiddenCategories: ['check-created'] }, `category <> 'check-created'`],
      [{ projects: [1], category: 'patch-created' }, `project_id = 1 and category = 'patch-created'`],
    ],
  ],
]

async function expectTotals(db: Database): Promise<void> {
  expect(await countWrongCounters(db)).toBe(0)
  for (const [table, list, filters] of FILTERS)
    for (const [filter, condition] of filters) {
      const rows = await db
        .selectFrom(table as 'patches')
        .select('id')
        .where(sql.raw<SqlBool>(condition))
        .execute()
      const { total } = await list(db, filter, [{ by: 'id', isDescending: false }], { limit: 1, offset: 0 })
      expect(total, `${table} ${condition}`).toBe(rows.length)
    }
}

async function fill(db: Database): Promise<Actor> {
  for (const name of PROJECTS)
    await insertProject(db, {
      link_name: name,
      name,
      list_id: `${name}.example.org`,
      list_email: `${name}@x`,
    })
  const id = await addAccount(db, 'mira', { maintains: [1, 2, 3] })
  return { id, name: 'mira', way: 'page', time: THEN }
}

describeOnEach('counters', (fixture) => {
  it.each([1, 2, 3])('are the numbers of rows, whatever was done at once (seed %i)', async (seed) => {
    const { db } = fixture
    const commands = new Commands(db, await fill(db), seed)
    for (let round = 0; round < 8; round++) {
      await commands.run(5)
      await expectTotals(db)
    }
    expect((await db.selectFrom('patches').select('id').execute()).length).toBeGreaterThan(0)
    await markRemoved(db, 1, THEN)
    while (await deleteBatch(db, 1));
    await expectTotals(db)
  })

  it('are read instead of the rows, and are the whole total where counting would stop', async () => {
    const { db } = fixture
    await fill(db)
    await ingest(db, mail(), { now: NOW })
    await copyRow(db, 'patches', 1, 30)
    const list = async (filter: object, most?: number) => {
      const window = { limit: 3, offset: 0, ...(most === undefined ? {} : { most }) }
      return (await listPatchIds(db, filter, [{ by: 'id', isDescending: false }], window)).total
    }
    const statements = await statementsOf(() => list({ projects: [1], isArchived: false }))
    expect(statements.join()).toContain('patch_counts')
    expect(statements.join()).not.toContain('count(*)')
    expect(await list({ projects: [1], words: ['lamp'] }, 5)).toBe(5)
    expect(await list({ projects: [1] }, 5)).toBe(31)
  })

  it('are corrected where something went past the triggers', async () => {
    const { db } = fixture
    await new Commands(db, await fill(db), 4).run(6)
    await ingest(db, mail(), { now: NOW })
    await db.updateTable('patch_counts').set({ total: 7 }).execute()
    await db.deleteFrom('event_counts').execute()
    await db.insertInto('cover_counts').values({ project_id: 3, total: 2 }).execute()
    const wrong = await countWrongCounters(db)
    expect(wrong).toBeGreaterThan(2)
    expect(await correctCounters(db)).toBe(wrong)
    await expectTotals(db)
  })
})
