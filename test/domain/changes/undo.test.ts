import { beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import type { Actor } from '../../../src/domain/actor.js'
import { undoBatch } from '../../../src/domain/changes/commands.js'
import { listHistory, listRefused } from '../../../src/domain/changes/queries.js'
import { changePatch, changePatches } from '../../../src/domain/patches/commands.js'
import type { PatchChange } from '../../../src/domain/patches/updates.js'
import { deleteMaintainer } from '../../../src/domain/projects/maintainers.js'
import { findState } from '../../../src/domain/states/queries.js'
import { deleteState, insertState } from '../../../src/domain/states/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const THEN = '2026-10-05T12:00:00.000000'

/** Numbers of states of a new database. */
const [NEW, REVIEW, ACCEPTED, REJECTED] = [1, 2, 3, 4]

describeOnEach(
  'an undo',
  (fixture) => {
    const ids = { mira: 0, max: 0, dora: 0, sam: 0, project: 0 }

    const by = (name: 'mira' | 'max' | 'dora' | 'sam', time = THEN): Actor => ({
      id: ids[name],
      name,
      way: 'page',
      time,
    })

    beforeAll(async () => {
      const { db } = fixture
      await addLamps(db)
      const [project] = await db.selectFrom('projects').select('id').execute()
      ids.project = project?.id ?? 0
      await db.updateTable('projects').set({ send_notifications: 1 }).execute()
      for (const name of ['mira', 'max', 'dora'] as const)
        ids[name] = await addAccount(db, name, { maintains: [ids.project] })
      ids.sam = await addAccount(db, 'sam', { isPerson: true })
    })

    let sent = 0
    const addPatches = async (count: number): Promise<number[]> => {
      const added: number[] = []
      for (let index = 0; index < count; index++) {
        const options = { subject: `[PATCH] lamp ${++sent}`, from: 'Sam <sam@lanterna.example.org>' }
        const result = await ingest(fixture.db, mail(options), { now: NOW })
        if ('id' in result) added.push(result.id)
      }
      return added
    }

    const change = async (actor: Actor, patches: readonly number[], wanted: PatchChange) => {
      const { batches } = await changePatches(fixture.db, actor, patches, wanted)
      return batches[0] ?? 0
    }

    const undo = (actor: Actor, id: number | undefined) => undoBatch(fixture.db, actor, ids.project, id ?? 0)

    const read = async (patches: readonly number[]) =>
      await fixture.db
        .selectFrom('patches')
        .select(['state_id', 'delegate_id', 'archived'])
        .where('id', 'in', patches)
        .orderBy('id')
        .execute()

    const pending = async (patches: readonly number[]) =>
      await fixture.db
        .selectFrom('pending_notifications')
        .select('orig_state_id')
        .where('patch_id', 'in', patches)
        .execute()

    describe.each([
      ['a state', { state_id: ACCEPTED }],
      ['a delegate', () => ({ delegate_id: ids.dora })],
      ['archived', { archived: true }],
      ['all of them', () => ({ state_id: REVIEW, delegate_id: ids.max, archived: 1 })],
    ])('of %s', (_, wanted) => {
      it('gives back what was before, and is undone itself', async () => {
        const patches = await addPatches(3)
        const before = await read(patches)
        const id = await change(by('mira'), patches, typeof wanted === 'function' ? wanted() : wanted)
        const after = await read(patches)
        expect(after).not.toEqual(before)
        const first = await undo(by('mira'), id)
        expect(first.kept).toEqual([])
        expect(await read(patches)).toEqual(before)
        const second = await undo(by('mira'), first.id)
        expect(second.undone).toHaveLength(first.undone.length)
        expect(await read(patches)).toEqual(after)
        const third = await undo(by('mira'), second.id)
        expect(third.kept).toEqual([])
        expect(await read(patches)).toEqual(before)
      })

      it('tells nobody of what was undone within ten minutes', async () => {
        const patches = await addPatches(2)
        const id = await change(by('mira'), patches, typeof wanted === 'function' ? wanted() : wanted)
        await undo(by('max'), id)
        expect(await pending(patches)).toEqual([])
      })
    })

    it('leaves what others changed since, and names it', async () => {
      const patches = (await addPatches(4)) as [number, number, number, number]
      const id = await change(by('mira'), patches, { state_id: ACCEPTED, archived: true })
      await change(by('dora'), [patches[1]], { state_id: REJECTED })
      await change(by('dora'), [patches[2]], { archived: false })
      await change(by('dora'), [patches[3]], { state_id: REJECTED })
      await change(by('dora'), [patches[3]], { state_id: ACCEPTED })
      const { undone, kept } = await undo(by('mira'), id)
      expect(undone).toHaveLength(5)
      expect(kept.map(({ patch_id, field, reason }) => [patch_id, field, reason])).toEqual([
        [patches[1], 'state', 'It was changed since.'],
        [patches[2], 'archived', 'It already has its earlier value.'],
        [patches[3], 'state', 'It was changed since, and then set to the same value again.'],
      ])
      expect((await read(patches)).map(({ state_id, archived }) => [state_id, archived])).toEqual([
        [NEW, 0],
        [REJECTED, 0],
        [NEW, 0],
        [ACCEPTED, 0],
      ])
    })

    it('goes on where the change of another was undone', async () => {
      const patches = await addPatches(1)
      const first = await change(by('mira'), patches, { state_id: ACCEPTED })
      const second = await change(by('dora'), patches, { state_id: REJECTED })
      await undo(by('dora'), second)
      expect((await undo(by('mira'), first)).kept).toEqual([])
      expect((await read(patches))[0]?.state_id).toBe(NEW)
    })

    it('changes nothing the second time', async () => {
      const patches = await addPatches(1)
      const id = await change(by('mira'), patches, { state_id: ACCEPTED })
      await undo(by('mira'), id)
      const again = await undo(by('mira'), id)
      expect(again).toMatchObject({ id: undefined, undone: [], kept: [{ reason: 'It was already undone.' }] })
    })

    it('by several at once happens once', async () => {
      const patches = await addPatches(20)
      const id = await change(by('mira'), patches, { state_id: ACCEPTED })
      const other = connect(fixture.url)
      try {
        const results = await Promise.all(
          [fixture.db, other, fixture.db, other].map((db, index) =>
            undoBatch(db, by(index % 2 === 0 ? 'mira' : 'max'), ids.project, id),
          ),
        )
        expect(results.map(({ undone }) => undone.length).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 20])
      } finally {
        await other.destroy()
      }
      const events = await fixture.db
        .selectFrom('events')
        .select('id')
        .where('patch_id', 'in', patches)
        .where('category', '=', 'patch-state-changed')
        .execute()
      expect(events).toHaveLength(40)
    })

    it('at the same time as a change of others leaves each patch with one of both', async () => {
      const patches = await addPatches(6)
      const id = await change(by('mira'), patches, { state_id: ACCEPTED })
      const [{ undone, kept }] = await Promise.all([
        undo(by('mira'), id),
        ...patches.slice(3).map((patch) => change(by('dora'), [patch], { state_id: REJECTED })),
      ])
      expect(undone.length + kept.length).toBe(6)
      expect((await read(patches)).map(({ state_id }) => state_id)).toEqual([
        NEW,
        NEW,
        NEW,
        REJECTED,
        REJECTED,
        REJECTED,
      ])
    })

    it('is for maintainers, and for who made the change', async () => {
      const patches = await addPatches(2)
      const id = await change(by('sam'), patches, { state_id: ACCEPTED })
      await expect(undo({ ...by('sam'), id: null }, id)).rejects.toThrow('permission')
      const own = await undo(by('sam'), id)
      expect(own.kept).toEqual([])
      const foreign = await change(by('mira'), patches, { state_id: ACCEPTED })
      await expect(undo(by('sam'), foreign)).rejects.toThrow('permission')
      await expect(undoBatch(fixture.db, by('mira'), ids.project + 1, foreign)).rejects.toThrow('matches')
      expect((await undo(by('max'), foreign)).undone).toHaveLength(2)
    })

    it('of one’s own ends where the permission does', async () => {
      const { db } = fixture
      const gone = await addAccount(db, 'gone', { maintains: [ids.project] })
      const actor = { ...by('mira'), id: gone, name: 'gone' }
      const patches = await addPatches(3)
      const state = await change(actor, patches.slice(0, 1), { state_id: ACCEPTED })
      await change(by('mira'), patches.slice(1, 2), { delegate_id: gone })
      const delegate = await change(actor, patches.slice(1, 2), { delegate_id: ids.max })
      await deleteMaintainer(db, ids.project, gone)
      expect(await undo(actor, state)).toMatchObject({
        undone: [],
        kept: [{ reason: 'You may not change this patch.' }],
      })
      expect(await undo(actor, delegate)).toMatchObject({
        undone: [],
        kept: [{ reason: 'Its earlier delegate can no longer be one.' }],
      })
    })

    it('leaves a state that no longer exists', async () => {
      const { db } = fixture
      await insertState(db, { name: 'Parked', slug: 'parked', action_required: false })
      const parked = (await findState(db, 'parked'))?.id ?? 0
      const patches = await addPatches(1)
      await change(by('mira'), patches, { state_id: parked })
      const id = await change(by('mira'), patches, { state_id: ACCEPTED })
      await db.deleteFrom('events').where('patch_id', 'in', patches).execute()
      await db.deleteFrom('pending_notifications').where('patch_id', 'in', patches).execute()
      expect(await deleteState(db, parked)).toBe(true)
      expect(await undo(by('mira'), id)).toMatchObject({
        kept: [{ reason: 'Its earlier state no longer exists.' }],
      })
    })

    it('merges the letters of earlier changes', async () => {
      const patches = await addPatches(1)
      await change(by('mira'), patches, { state_id: REVIEW })
      const id = await change(by('mira', '2026-10-05T12:05:00.000000'), patches, { state_id: REJECTED })
      await undo(by('mira', '2026-10-05T12:06:00.000000'), id)
      expect(await pending(patches)).toEqual([{ orig_state_id: NEW }])
      expect((await read(patches))[0]?.state_id).toBe(REVIEW)
    })

    it('of several values at once gives each patch its own', async () => {
      const patches = (await addPatches(3)) as [number, number, number]
      await change(by('mira'), [patches[0]], { state_id: REVIEW })
      await change(by('mira'), [patches[1]], { delegate_id: ids.dora })
      const before = await read(patches)
      const id = await change(by('mira'), patches, { state_id: REJECTED, delegate_id: ids.max })
      expect((await undo(by('mira'), id)).undone).toHaveLength(6)
      expect(await read(patches)).toEqual(before)
    })

    it('is what a rule asks for before it does something again', async () => {
      const patches = (await addPatches(4)) as [number, number, number, number]
      const { batches } = await changePatches(
        fixture.db,
        by('mira'),
        patches,
        { state_id: REJECTED },
        { origin: { rule: 'late', evidence: 'x'.repeat(1000) } },
      )
      expect(await listRefused(fixture.db, 'late', patches)).toEqual(new Set())
      await change(by('dora'), [patches[1]], { state_id: ACCEPTED })
      await change(by('dora'), [patches[2]], { state_id: NEW })
      const { id, undone } = await undo(by('mira'), batches[0])
      expect(undone.map(({ patch_id }) => patch_id)).toEqual([patches[0], patches[3]])
      expect(await listRefused(fixture.db, 'late', patches)).toEqual(
        new Set([patches[0], patches[2], patches[3]]),
      )
      expect(await listRefused(fixture.db, 'other', patches)).toEqual(new Set())
      await undo(by('mira'), id)
      expect(await listRefused(fixture.db, 'late', patches)).toEqual(new Set([patches[2]]))
    })

    it('stands in the history, the newest first', async () => {
      const [patch] = (await addPatches(1)) as [number]
      const [id] = await changePatch(fixture.db, by('sam'), patch, { state_id: REVIEW })
      const { id: taken } = await undo(by('mira'), id)
      const lines = async (patches: readonly number[]) =>
        (await listHistory(fixture.db, { patches }, 10)).map(
          ({ batch_id, actor_username, before, after, count, undone }) => [
            batch_id,
            actor_username,
            before,
            after,
            count,
            undone,
          ],
        )
      expect(await lines([patch])).toEqual([
        [taken, 'mira', REVIEW, NEW, 1, 0],
        [id, 'sam', NEW, REVIEW, 1, 1],
      ])
      const both = await addPatches(2)
      const third = await change(by('mira'), both, { delegate_id: ids.dora })
      expect((await listHistory(fixture.db, { patches: both }, 10))[0]).toMatchObject({
        batch_id: third,
        before_username: null,
        after_username: 'dora',
        count: 2,
      })
      expect(await lines([])).toEqual([])
    })
  },
  'suite',
)
