import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { insertProject } from '../../src/domain/projects/updates.js'
import { describeOnEach, type Fixture, makeDatabase } from '../support/database.js'
import { contentsOf } from './support/contents.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const ARCHIVE = join(import.meta.dirname, '../../demo/archive.mbox')

/** Kills before an import may end by itself. */
const MOST_KILLS = 4

describeOnEach(
  'an import that is killed at any moment',
  (fixture) => {
    let orderly: object
    /** How long an orderly import takes, in milliseconds. */
    let duration: number

    beforeAll(async () => {
      const start = performance.now()
      orderly = await importInto(fixture, 0)
      duration = performance.now() - start
    })

    async function importInto({ db, url }: Fixture, kills: number): Promise<object> {
      await insertProject(db, {
        link_name: 'lanterna',
        name: 'Lanterna',
        list_id: 'lanterna-devel.example.org',
        list_email: 'lanterna-devel@example.org',
      })
      for (let kill = 0; kill < kills; kill++) {
        const victim = new Victim(url, ['parsearchive', ARCHIVE])
        await sleep(anyMoment(duration))
        await victim.kill()
      }
      // Twice: an answer that the archive has before what it answers is understood the second time.
      for (let run = 0; run < 2; run++) expect(await new Victim(url, ['parsearchive', ARCHIVE]).end()).toBe(0)
      return await contentsOf(db)
    }

    it(`is the same as one that is not, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const other = await makeDatabase(fixture)
        try {
          expect(await importInto(other, 1 + (round % MOST_KILLS))).toEqual(orderly)
        } finally {
          await other.db.destroy()
        }
      }
    })
  },
  'suite',
)
