import { beforeAll, expect, it } from 'vitest'
import { changePatches } from '../../src/domain/patches/commands.js'
import { ingest } from '../../src/ingest/ingest.js'
import { changeRetention } from '../../src/jobs/changes.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const SIGNAL = new AbortController().signal

describeOnEach(
  'the job for old changes',
  (fixture) => {
    beforeAll(async () => {
      await addLamps(fixture.db)
      await ingest(fixture.db, mail(), { now: new Date('2020-01-01T00:00:00Z') })
    })

    const change = (state_id: number, day: string) => {
      const actor = { id: null, name: 'root', way: 'command line', time: `${day}T00:00:00.000000` } as const
      return changePatches(fixture.db, actor, [1], { state_id })
    }
    const run = (now: string, environment: Record<string, string> = {}) =>
      changeRetention.run(contextOn(fixture, { now: () => new Date(now), environment }), SIGNAL)
    const left = async () =>
      (await fixture.db.selectFrom('change_items').select('after').execute()).map(({ after }) => after)

    it('deletes them after the days that are set', async () => {
      for (let index = 0; index < 210; index++) await change(2 + (index % 2), '2020-01-01')
      await change(4, '2020-06-01')
      expect(await run('2022-03-01T00:00:00Z', { PATCHWORK_CHANGE_RETENTION: 'forever' })).toBeUndefined()
      expect(await run('2022-03-01T00:00:00Z')).toMatch(/^210 changes/)
      expect(await left()).toEqual([4])
      expect(await run('2020-06-12T00:00:00Z', { PATCHWORK_CHANGE_RETENTION: '10' })).toMatch(/^1 /)
      expect(await left()).toEqual([])
      const { state_id } = await fixture.db.selectFrom('patches').select('state_id').executeTakeFirstOrThrow()
      expect(state_id).toBe(4)
    })
  },
  'suite',
)
