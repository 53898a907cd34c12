import { beforeAll, expect, it } from 'vitest'
import { mailActor } from '../../src/domain/actor.js'
import { followSuggestion } from '../../src/domain/automation/commands.js'
import { listSuggestionsFor } from '../../src/domain/automation/queries.js'
import { undoBatch } from '../../src/domain/changes/commands.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { archived as job } from '../../src/jobs/archived.js'
import { changeAs } from '../support/change.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const THEN = new Date('2026-10-05T12:00:00Z')
const CHANGED = '2026-10-06T12:00:00.000000'
const ACCEPTED = 3
const ACTOR = mailActor('2026-12-01T00:00:00.000000')
const { signal } = new AbortController()

describeOnEach(
  'closed series',
  (fixture) => {
    let project = 0

    beforeAll(async () => {
      project = await addLamps(fixture.db)
      await updateProject(fixture.db, project, {
        auto_archived: 'on',
        archive_days: 30,
        auto_superseded: 'off',
      })
    })

    const runAt = async (day: string) =>
      await job.run(contextOn(fixture, { now: () => new Date(`${day}T12:00:01Z`) }), signal)

    let count = 0
    const post = async (total: number) => {
      const id = `s${++count}`
      const ids: number[] = []
      for (let number = 1; number <= total; number++) {
        const options = {
          id: `${id}-${number}@x`,
          subject: `[PATCH ${number}/${total}] ${id} part ${number}`,
          ...(number > 1 ? { inReplyTo: `${id}-1@x`, references: `<${id}-1@x>` } : {}),
        }
        const outcome = await ingest(fixture.db, mail(options), { now: THEN })
        if ('id' in outcome) ids.push(outcome.id)
      }
      return ids
    }

    const flags = async (ids: readonly number[]) => {
      const rows = await fixture.db
        .selectFrom('patches')
        .select('archived')
        .where('id', 'in', ids)
        .orderBy('id')
        .execute()
      return rows.map(({ archived }) => archived)
    }

    it('are archived some days after the last change, all of them or none', async () => {
      const open = await post(2)
      const closed = await post(2)
      await changeAs(fixture.db, [...closed, open[0] ?? 0], { state_id: ACCEPTED }, null, CHANGED)
      expect(await runAt('2026-11-04')).toBeUndefined()
      expect(await runAt('2026-11-06')).toBe('2 patches archived, 0 series suggested')
      expect([await flags(open), await flags(closed)]).toEqual([
        [0, 0],
        [1, 1],
      ])
      const [batch] = await fixture.db
        .selectFrom('change_batches')
        .select(['id', 'rule', 'evidence'])
        .where('rule', '=', 'archived')
        .execute()
      expect(batch?.evidence).toBe('Nothing changed for 30 days, and no patch asks for action.')
      await undoBatch(fixture.db, ACTOR, project, batch?.id ?? 0)
      expect(await runAt('2027-11-06')).toBeUndefined()
      expect(await flags(closed)).toEqual([0, 0])
    })

    it('are only suggested, once, where the project wants that', async () => {
      await updateProject(fixture.db, project, { auto_archived: 'suggest' })
      const closed = await post(2)
      await changeAs(fixture.db, closed, { state_id: ACCEPTED }, null, CHANGED)
      expect(await runAt('2026-11-06')).toBe('0 patches archived, 1 series suggested')
      expect(await runAt('2026-11-07')).toBeUndefined()
      const [suggestion] = await listSuggestionsFor(fixture.db, { patches: closed })
      await followSuggestion(fixture.db, ACTOR, project, suggestion?.id ?? 0)
      expect(await flags(closed)).toEqual([1, 1])
    })
  },
  'suite',
)
