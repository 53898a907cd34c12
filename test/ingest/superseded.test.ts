import { beforeAll, expect, it } from 'vitest'
import { mailActor } from '../../src/domain/actor.js'
import { dismissSuggestion, followSuggestion } from '../../src/domain/automation/commands.js'
import { listSuggestionsFor } from '../../src/domain/automation/queries.js'
import { undoBatch } from '../../src/domain/changes/commands.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { updateState } from '../../src/domain/states/updates.js'
import { linkVersion, unlinkVersion } from '../../src/domain/topics/commands.js'
import { ingest } from '../../src/ingest/ingest.js'
import { changeAs } from '../support/change.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const THEN = '2026-10-05T12:00:00.000000'
const ACTOR = mailActor(THEN)

/** Numbers of states of a new database. */
const [NEW, REVIEW, ACCEPTED, SUPERSEDED] = [1, 2, 3, 9]

const diffOf = (file: string, line: string) =>
  `Text.\n---\ndiff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1,3 +1,3 @@\n int lamp(void)\n-\treturn ${line}0;\n+\treturn ${line}1;\n }\n`

describeOnEach(
  'the rule for older versions',
  (fixture) => {
    let project = 0
    let work = 0

    beforeAll(async () => {
      project = await addLamps(fixture.db)
      await updateProject(fixture.db, project, { auto_superseded: 'on', send_notifications: true })
    })

    /** Takes a part of a work of its own; `marker` such as `PATCH v2 1/3`, with the day of the version. */
    const take = async (
      marker: string,
      {
        name = `part ${marker.at(-3)}`,
        title = 'wick',
        day = 1,
        body,
      }: { name?: string; title?: string; day?: number; body?: string } = {},
    ) => {
      const [, version = '1'] = /v(\d)/.exec(marker) ?? []
      const number = /(\d)\/\d/.exec(marker)?.[1] ?? '1'
      const id = (each: string) => `w${work}-${marker.includes('RE') ? 'again-' : ''}v${version}-${each}@x`
      const isThreaded = /\d\/\d/.test(marker) && number !== '0'
      const options = {
        id: id(number),
        from: 'Ola Nordlys <ola@example.org>',
        subject: number === '0' ? `[${marker}] work ${work} ${title}` : `[${marker}] work ${work} ${name}`,
        date: `${String(day + Number(version)).padStart(2, '0')} Aug 2026 10:00:0${number} +0000`,
        ...(isThreaded ? { inReplyTo: id('0'), references: `<${id('0')}>` } : {}),
        body: number === '0' ? 'All of it.' : (body ?? diffOf(`w${work}-${number}.c`, `${work}00${number}`)),
      }
      return await ingest(fixture.db, mail(options), { now: NOW })
    }

    const takeAll = async (markers: readonly string[]) => {
      for (const marker of markers) await take(marker)
    }

    /** The states of the patches of the current work, by version and place. */
    const states = async () => {
      const rows = await fixture.db
        .selectFrom('patches')
        .innerJoin('states', 'states.id', 'patches.state_id')
        .select(['patches.msgid', 'states.slug'])
        .where('msgid', 'like', `<w${work}-%`)
        .execute()
      return Object.fromEntries(rows.map(({ msgid, slug }) => [msgid.slice(`<w${work}-`.length, -3), slug]))
    }

    const patchesOf = async (...names: string[]) => {
      const rows = await fixture.db.selectFrom('patches').select(['id', 'msgid']).execute()
      return names.map((name) => rows.find(({ msgid }) => msgid === `<w${work}-${name}@x>`)?.id ?? 0)
    }

    const set = async (names: string[], state_id: number) =>
      await changeAs(fixture.db, await patchesOf(...names), { state_id }, null, THEN)

    const batches = async () => {
      const rows = await fixture.db
        .selectFrom('change_batches as b')
        .innerJoin('change_items as i', 'i.batch_id', 'b.id')
        .innerJoin('patches as p', 'p.id', 'i.patch_id')
        .select(['b.id', 'b.rule', 'b.evidence', 'p.msgid'])
        .where('p.msgid', 'like', `<w${work}-%`)
        .where('b.rule', '=', 'superseded')
        .orderBy('b.id')
        .execute()
      return [...Map.groupBy(rows, ({ id }) => id)].map(([id, items]) => ({
        id,
        evidence: items[0]?.evidence,
        count: items.length,
      }))
    }

    const V1 = ['PATCH 0/3', 'PATCH 1/3', 'PATCH 2/3', 'PATCH 3/3']
    const V2 = ['PATCH v2 0/3', 'PATCH v2 1/3', 'PATCH v2 2/3', 'PATCH v2 3/3']
    const start = () => {
      work++
    }

    it('waits until the newer version is complete, and spares what was decided', async () => {
      start()
      await takeAll(V1)
      await set(['v1-2'], ACCEPTED)
      await set(['v1-3'], REVIEW)
      await takeAll(V2.slice(0, 3))
      // What came already replaces its counterpart.
      expect(await states()).toMatchObject({
        'v1-1': 'superseded',
        'v1-2': 'accepted',
        'v1-3': 'under-review',
      })
      await takeAll(V2.slice(3))
      expect(await states()).toEqual({
        'v1-1': 'superseded',
        'v1-2': 'accepted',
        'v1-3': 'superseded',
        'v2-1': 'new',
        'v2-2': 'new',
        'v2-3': 'new',
      })
      expect((await batches()).map(({ evidence }) => evidence)).toEqual([
        expect.stringMatching(/^Patch 1\/3 of series \d+ \(v2\) replaces it\.$/),
        expect.stringMatching(/^Series \d+ \(v2\) is complete\.$/),
      ])
    })

    it('tells the submitter as of a change by hand', async () => {
      const [first] = await patchesOf('v1-1')
      const rows = await fixture.db.selectFrom('pending_notifications').selectAll().execute()
      expect(rows).toContainEqual({ patch_id: first, orig_state_id: NEW, last_modified: THEN })
    })

    it.each([
      ['the newer version first', [...V2, ...V1]],
      [
        'mixed',
        [
          'PATCH v2 3/3',
          'PATCH 2/3',
          'PATCH v2 1/3',
          'PATCH 1/3',
          'PATCH v2 0/3',
          'PATCH 0/3',
          'PATCH v2 2/3',
          'PATCH 3/3',
        ],
      ],
      ['without the last patch of the older one', [...V2, ...V1.slice(0, 3)]],
    ])('decides the same whatever the order: %s', async (_, markers) => {
      start()
      await takeAll(markers)
      const found = await states()
      for (const [name, state] of Object.entries(found))
        expect([name, state]).toEqual([name, name.startsWith('v1') ? 'superseded' : 'new'])
    })

    it('replaces only the counterpart of a single patch', async () => {
      start()
      await takeAll(V1)
      await take('PATCH v2 2/3')
      expect(await states()).toEqual({ 'v1-1': 'new', 'v1-2': 'superseded', 'v1-3': 'new', 'v2-2': 'new' })
    })

    it('finds the counterpart of a single patch of another name by its changes', async () => {
      start()
      await takeAll(V1)
      await take('PATCH v2 2/3', {
        name: 'another name',
        body: `Supersedes: <w${work}-v1-0@x>\n${diffOf(`w${work}-2.c`, `${work}002`)}`,
      })
      await take('PATCH v3 1/3', {
        name: 'not even alike',
        body: `Supersedes: <w${work}-v1-0@x>\n${diffOf(`w${work}-1.c`, 'unlike')}`,
      })
      expect(await states()).toMatchObject({ 'v1-1': 'new', 'v1-2': 'superseded', 'v1-3': 'new' })
    })

    it('takes a version of the same number only if it was sent again', async () => {
      start()
      await take('PATCH', { name: 'wick' })
      await take('RESEND PATCH', { name: 'wick', day: 5 })
      expect(await states()).toEqual({ 'v1-1': 'superseded', 'again-v1-1': 'new' })
    })

    it('is undone, and does not do it again', async () => {
      start()
      await takeAll([...V1, ...V2])
      const [batch] = (await batches()).toReversed()
      const { undone } = await undoBatch(fixture.db, ACTOR, project, batch?.id ?? 0)
      expect(undone).toHaveLength(batch?.count ?? 0)
      await takeAll(['PATCH v3 0/3', 'PATCH v3 1/3', 'PATCH v3 2/3', 'PATCH v3 3/3'])
      const found = await states()
      expect([found['v1-3'], found['v2-1'], found['v3-1']]).toEqual(['new', 'superseded', 'new'])
    })

    it('follows what people link, and takes back what they unlink', async () => {
      start()
      await take('PATCH', { name: 'first words', body: diffOf('a.c', `a${work}`) })
      await take('PATCH v2', { name: 'quite other ones', body: diffOf('b.c', `b${work}`) })
      const rows = await fixture.db.selectFrom('series').select('id').orderBy('id', 'desc').limit(2).execute()
      const [newer, older] = rows.map(({ id }) => id) as [number, number]
      expect((await states())['v1-1']).toBe('new')
      await linkVersion(fixture.db, ACTOR, newer, { earlier: older })
      expect((await states())['v1-1']).toBe('superseded')
      await unlinkVersion(fixture.db, ACTOR, newer)
      expect((await states())['v1-1']).toBe('new')
    })

    it('records an event for each series that is superseded as a whole', async () => {
      start()
      await takeAll([...V2, ...V1])
      const [newest] = await fixture.db
        .selectFrom('series_events')
        .select(['category', 'other_id'])
        .orderBy('id', 'desc')
        .limit(1)
        .execute()
      expect(newest?.category).toBe('series-superseded')
    })

    it('does nothing where it is off', async () => {
      start()
      await updateProject(fixture.db, project, { auto_superseded: 'off' })
      await takeAll([...V1, ...V2])
      expect(new Set(Object.values(await states()))).toEqual(new Set(['new']))
    })

    it('suggests, where the project wants that, until somebody follows', async () => {
      start()
      await updateProject(fixture.db, project, { auto_superseded: 'suggest' })
      await takeAll([...V1, ...V2])
      expect(new Set(Object.values(await states()))).toEqual(new Set(['new']))
      const patches = await patchesOf('v1-1')
      const [suggestion, ...others] = await listSuggestionsFor(fixture.db, { patches })
      expect(others).toEqual([])
      expect(suggestion?.items).toHaveLength(3)
      expect(suggestion?.evidence).toMatch(/^Series \d+ \(v2\) is complete\.$/)
      await set(['v1-2'], ACCEPTED)
      const { batches: made, count } = await followSuggestion(fixture.db, ACTOR, project, suggestion?.id ?? 0)
      expect([made.length, count]).toEqual([1, 2])
      expect(await states()).toMatchObject({ 'v1-1': 'superseded', 'v1-2': 'accepted', 'v1-3': 'superseded' })
      expect(await listSuggestionsFor(fixture.db, { patches })).toEqual([])
      await undoBatch(fixture.db, ACTOR, project, made[0] ?? 0)
      await takeAll(['PATCH v3 0/1', 'PATCH v3 1/1'])
      const items = (
        await listSuggestionsFor(fixture.db, { patches: await patchesOf('v1-1', 'v2-1') })
      ).flatMap((each) => each.items)
      expect(items.map(({ patch_id }) => patch_id)).toEqual(await patchesOf('v2-1', 'v2-2', 'v2-3'))
    })

    it('does not suggest again what was dismissed', async () => {
      start()
      await takeAll([...V1, ...V2])
      const patches = await patchesOf('v1-1', 'v1-2', 'v1-3')
      const [suggestion] = await listSuggestionsFor(fixture.db, { patches })
      await dismissSuggestion(fixture.db, ACTOR, project, suggestion?.id ?? 0)
      await takeAll(['PATCH v3 0/1', 'PATCH v3 1/1'])
      expect(await listSuggestionsFor(fixture.db, { patches })).toEqual([])
      await expect(dismissSuggestion(fixture.db, ACTOR, project, suggestion?.id ?? 0)).rejects.toThrow(
        'No Suggestion',
      )
    })

    it('does nothing without a state for it', async () => {
      start()
      await updateProject(fixture.db, project, { auto_superseded: 'on' })
      await updateState(fixture.db, SUPERSEDED, { name: 'Gone', slug: 'gone', action_required: 0 })
      await takeAll([...V1, ...V2])
      expect(new Set(Object.values(await states()))).toEqual(new Set(['new']))
    })
  },
  'suite',
)
