import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { OldPatchwork } from '../import-patchwork/old-patchwork.js'
import { describeOnEach, type Fixture, makeDatabase } from '../support/database.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const PATCHES = 3000
const COMMENTS = 3000

/** Kills before it may end by itself. */
const MOST_KILLS = 4

const COMMENTS_OF_ALL = `insert into patchwork_patchcomment (msgid, date, headers, content, submitter_id, patch_id)
  with recursive n(i) as (select 1 union all select i + 1 from n where i < ${COMMENTS})
  select '<more-' || i || '@example.org>', '2026-03-02 10:00:00', 'x', 'Acked-by: a <a@b>', 1, i from n`

async function countsOf(db: Database): Promise<object> {
  const counts: Record<string, number> = {}
  for (const table of [
    'patches',
    'patch_texts',
    'patch_comments',
    'events',
    'checks',
    'people',
    'users',
  ] as const) {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    counts[table] = count
  }
  return counts
}

describeOnEach(
  'moving over that is killed at any moment',
  (fixture) => {
    const old = new OldPatchwork()
    let orderly: object
    /** How long an orderly move takes, in milliseconds. */
    let duration: number

    beforeAll(async () => {
      old.run('begin')
      for (let id = 3; id <= PATCHES; id++) old.addPatch(id)
      old.run(COMMENTS_OF_ALL)
      old.run('commit')
      const start = performance.now()
      orderly = await moveInto(fixture, 0)
      duration = performance.now() - start
    })

    async function moveInto({ db, url }: Fixture, kills: number): Promise<object> {
      for (let kill = 0; kill < kills; kill++) {
        const victim = new Victim(url, ['import-patchwork', old.path])
        await sleep(anyMoment(duration))
        await victim.kill()
      }
      expect(await new Victim(url, ['import-patchwork', old.path]).end()).toBe(0)
      expect(await new Victim(url, ['import-patchwork', old.path, '--verify']).end()).toBe(0)
      return await countsOf(db)
    }

    it(`goes on where it was, and carries all of it once, ${ROUNDS} times`, async () => {
      expect(orderly).toMatchObject({ patches: PATCHES, patch_texts: PATCHES, patch_comments: COMMENTS + 1 })
      for (let round = 0; round < ROUNDS; round++) {
        const other = await makeDatabase(fixture)
        try {
          expect(await moveInto(other, 1 + (round % MOST_KILLS))).toEqual(orderly)
        } finally {
          await other.db.destroy()
        }
      }
    })
  },
  'suite',
)
