import { beforeAll, expect, it } from 'vitest'
import { mailActor } from '../../src/domain/actor.js'
import { listSuggestionsFor } from '../../src/domain/automation/queries.js'
import { undoBatch } from '../../src/domain/changes/commands.js'
import { changeProject } from '../../src/domain/projects/commands.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { reviews as job } from '../../src/jobs/reviews.js'
import { batchOf } from '../support/change.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { DIFF, mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const ACTOR = mailActor('2026-12-01T00:00:00.000000')
const [NEW, ACCEPTED, SUPERSEDED] = [1, 3, 9]
/** More works than one transaction looks at. */
const WORKS = 60

describeOnEach(
  'the rule for older versions, once it is turned on',
  (fixture) => {
    let project = 0
    const run = async () =>
      await job.run(contextOn(fixture, { now: () => NOW }), new AbortController().signal)
    const turn = async (auto_superseded: string) =>
      await changeProject(fixture.db, ACTOR, project, { auto_superseded })

    const post = async (work: number, version: number) => {
      const options = {
        id: `w${work}-${version}@x`,
        subject: `[PATCH v${version}] work ${work}`,
        date: `0${version} Aug 2026 10:00:00 +0000`,
        body: `Text.\n---\n${DIFF.replaceAll('lamp', `lamp${work}`)}`,
      }
      await ingest(fixture.db, mail(options), { now: NOW })
    }

    const statesOf = async (version: number) => {
      const rows = await fixture.db
        .selectFrom('patches')
        .select('state_id')
        .where('msgid', 'like', `<w%-${version}@x>`)
        .orderBy('id')
        .execute()
      return rows.map(({ state_id }) => state_id)
    }

    const patch = async (id: string) =>
      await fixture.db
        .selectFrom('patches')
        .select(['id', 'state_id'])
        .where('msgid', '=', `<${id}@x>`)
        .executeTakeFirstOrThrow()

    const countBatches = async () =>
      (await fixture.db.selectFrom('change_batches').select('id').where('rule', '=', 'superseded').execute())
        .length

    beforeAll(async () => {
      project = await addLamps(fixture.db)
      await updateProject(fixture.db, project, { auto_superseded: 'off', send_notifications: true })
      for (let work = 1; work <= WORKS; work++) for (const version of [1, 2]) await post(work, version)
      for (const id of ['<w2-1@x>', '<w3-1@x>'])
        await fixture.db
          .updateTable('patches')
          .set(id === '<w2-1@x>' ? { state_id: ACCEPTED } : { archived: 1 })
          .where('msgid', '=', id)
          .execute()
    })

    it('does nothing while it is off, or for a change of another setting', async () => {
      expect(await run()).toBeUndefined()
      await changeProject(fixture.db, ACTOR, project, { archive_days: 40 })
      expect(await run()).toBeUndefined()
    })

    it('suggests where it only suggests', async () => {
      await turn('suggest')
      expect(await run()).toBe('older versions were looked for in 1 projects')
      expect(await fixture.db.selectFrom('suggestions').select('id').execute()).toHaveLength(WORKS - 2)
      expect(new Set(await statesOf(1))).toEqual(new Set([NEW, ACCEPTED]))
      expect(await run()).toBeUndefined()
    })

    it('changes what is open, with a batch for each work and a letter for each patch', async () => {
      await turn('on')
      await run()
      const [, accepted, archived, ...others] = await statesOf(1)
      expect([accepted, archived]).toEqual([ACCEPTED, NEW])
      expect(new Set(others)).toEqual(new Set([SUPERSEDED]))
      expect(new Set(await statesOf(2))).toEqual(new Set([NEW]))
      expect(await countBatches()).toBe(WORKS - 2)
      expect(await fixture.db.selectFrom('suggestions').select('id').execute()).toEqual([])
      const letters = await fixture.db.selectFrom('pending_notifications').select('patch_id').execute()
      expect(letters).toHaveLength(WORKS - 2)
    })

    it('does not do again what a person took back, nor twice what it did', async () => {
      const { id } = await patch('w1-1')
      await undoBatch(fixture.db, ACTOR, project, await batchOf(fixture.db, id))
      await turn('off')
      await turn('on')
      await run()
      expect((await patch('w1-1')).state_id).toBe(NEW)
      expect(await listSuggestionsFor(fixture.db, { patches: [id] })).toEqual([])
      expect(await countBatches()).toBe(WORKS - 2)
    })

    it('goes on where it was stopped', async () => {
      await turn('off')
      for (let work = WORKS + 1; work <= 2 * WORKS; work++)
        for (const version of [1, 2]) await post(work, version)
      await turn('on')
      const stopped = await job.run(contextOn(fixture, { now: () => NOW }), AbortSignal.abort())
      expect(stopped).toBe('stopped while older versions were looked for')
      expect((await patch(`w${2 * WORKS}-1`)).state_id).toBe(NEW)
      await run()
      expect((await patch(`w${2 * WORKS}-1`)).state_id).toBe(SUPERSEDED)
    })

    it('stops once it is turned off again', async () => {
      await turn('off')
      await turn('suggest')
      await turn('off')
      expect(await run()).toBeUndefined()
    })
  },
  'suite',
)
