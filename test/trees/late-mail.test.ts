import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { Context } from '../../src/config/context.js'
import { mailActor } from '../../src/domain/actor.js'
import { listSuggestionsFor } from '../../src/domain/automation/queries.js'
import { undoBatch } from '../../src/domain/changes/commands.js'
import { changeProject } from '../../src/domain/projects/commands.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { addTree, removeTree } from '../../src/domain/trees/commands.js'
import { listTrees } from '../../src/domain/trees/queries.js'
import { trimSeen } from '../../src/domain/trees/seen-commits.js'
import { ingest } from '../../src/ingest/ingest.js'
import { acceptTree } from '../../src/trees/accept.js'
import { stateAndCommit } from '../support/change.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mailOf, PushedRepository, textOf } from '../support/pushed-repository.js'

const NOW = new Date('2026-10-20T12:00:00Z')
const ACTOR = mailActor('2026-10-20T12:00:00.000000')
const [NEW, ACCEPTED, SUPERSEDED] = [1, 3, 9]
const NONE = 'diff --git a/none b/none\n--- a/none\n+++ b/none\n@@ -1 +1 @@\n-a\n+b\n'

describeOnEach(
  'a mail that arrives after its commit',
  (fixture) => {
    const repository = new PushedRepository()
    let project = 0
    let context: Context

    const post = async (id: string, subject: string, diff: string) => {
      const outcome = await ingest(fixture.db, mailOf(id, subject, diff), { now: NOW })
      return 'id' in outcome ? outcome.id : 0
    }

    /** Fetches all trees; returns the patches with what became of them. */
    const accept = async () => {
      const results: (number | string)[][] = []
      for (const tree of await listTrees(fixture.db, project))
        await acceptTree(context, tree, { onCommit: ({ patch, outcome }) => results.push([patch, outcome]) })
      return results
    }

    const patchOf = async (id: number) => await stateAndCommit(fixture.db, id)

    const follow = async (branch: string, state_id: number) =>
      await addTree(fixture.db, ACTOR, project, { url: repository.folder, branch, state_id }, ['file'])

    beforeAll(async () => {
      project = await addLamps(fixture.db)
      await updateProject(fixture.db, project, { auto_accepted: 'on', auto_superseded: 'off' })
      context = contextOn(fixture, {
        environment: {
          PATCHWORK_TREE_FOLDER: mkdtempSync(join(tmpdir(), 'patchwork-mirror-')),
          PATCHWORK_TREE_PROTOCOLS: 'file',
        },
        now: () => NOW,
      })
      await repository.start()
      await follow('master', ACCEPTED)
      await post('first', '[PATCH] none of them', NONE)
      await accept()
    })

    it('becomes accepted by its diff, at the next fetch', async () => {
      const commit = await repository.commit({ wick: textOf('wick') }, 'wick: light it')
      const diff = await repository.diff()
      expect(await accept()).toEqual([])
      const id = await post('wick', '[PATCH] wick: light it', diff)
      expect(await accept()).toEqual([[id, 'accepted']])
      expect(await patchOf(id)).toEqual({ state_id: ACCEPTED, commit_ref: commit })
      expect(await accept()).toEqual([])
    })

    it('is the one that the commit names', async () => {
      await repository.commit(
        { oil: textOf('oil').replace('line 2', 'line two') },
        'oil: fill it\n\nMessage-ID: <oil@x>',
      )
      const diff = (await repository.diff()).replace('line two', 'line 2').replace('line 3', 'line three')
      await accept()
      expect(await accept()).toEqual([])
      const id = await post('oil', '[PATCH] quite another subject', diff)
      expect(await accept()).toEqual([[id, 'accepted']])
    })

    it('takes the commit from the earlier version that was like it', async () => {
      const commit = await repository.commit({ shade: textOf('shade') }, 'shade: make it')
      const diff = await repository.diff()
      const older = await post('shade1', '[PATCH] shade: make it', diff.replace('line 3', 'line three'))
      expect(await accept()).toEqual([[older, 'accepted']])
      const newer = await post('shade2', '[PATCH v2] shade: make it', diff)
      expect(await accept()).toEqual([[newer, 'accepted']])
      expect(await patchOf(newer)).toEqual({ state_id: ACCEPTED, commit_ref: commit })
      expect(await patchOf(older)).toEqual({ state_id: SUPERSEDED, commit_ref: null })
      const { id } = await fixture.db
        .selectFrom('change_batches')
        .select('id')
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow()
      await undoBatch(fixture.db, ACTOR, project, id)
      expect(await patchOf(older)).toEqual({ state_id: ACCEPTED, commit_ref: commit })
      expect(await patchOf(newer)).toEqual({ state_id: NEW, commit_ref: null })
    })

    it('is found in each tree of the project', async () => {
      await repository.git('branch', 'next')
      const next = await follow('next', ACCEPTED)
      await accept()
      await repository.git('checkout', '--quiet', 'next')
      await repository.commit({ glass: textOf('glass') }, 'glass: blow it')
      const diff = await repository.diff()
      await accept()
      const id = await post('glass', '[PATCH] glass: blow it', diff)
      expect(await accept()).toEqual([[id, 'accepted']])
      await repository.git('checkout', '--quiet', 'master')
      await removeTree(fixture.db, ACTOR, project, next)
      expect(
        await fixture.db.selectFrom('commit_keys').select('id').where('tree_id', '=', next).execute(),
      ).toEqual([])
    })

    it('is not what a forced push removed', async () => {
      await repository.commit({ gone: textOf('gone') }, 'gone: add it')
      const diff = await repository.diff()
      await accept()
      await repository.git('reset', '--quiet', '--hard', 'HEAD~1')
      const id = await post('gone', '[PATCH] gone: add it', diff)
      expect(await accept()).toEqual([])
      expect((await patchOf(id)).state_id).toBe(NEW)
    })

    it('is found after the mirror was lost, and not taken for a commit that is there no more', async () => {
      await repository.commit({ lost: textOf('lost') }, 'lost: add it')
      const diff = await repository.diff()
      await accept()
      rmSync(context.config.treeFolder, { recursive: true })
      await accept()
      const keys = await fixture.db.selectFrom('commit_keys').select(['commit_ref', 'digest']).execute()
      const known = keys.map(({ commit_ref, digest }) => `${commit_ref} ${digest}`)
      expect(new Set(known).size).toBe(known.length)
      const id = await post('lost', '[PATCH] lost: add it', diff)
      expect((await accept()).filter(([patch]) => patch === id)).toEqual([[id, 'accepted']])
    })

    it('is only found among the newest commits, which bounds their keys', async () => {
      await repository.commit({ old: textOf('old') }, 'old: add it')
      const old = await repository.diff()
      await accept()
      await repository.commit({ young: textOf('young') }, 'young: add it')
      const young = await repository.diff()
      await accept()
      const [tree] = await listTrees(fixture.db, project)
      // What commits are found by: their subject, the hash and the key of their diff.
      await trimSeen(fixture.db, tree?.id ?? 0, 3)
      await post('old', '[PATCH] old: add it', old)
      const id = await post('young', '[PATCH] young: add it', young)
      expect(await accept()).toEqual([[id, 'accepted']])
    })

    it('is suggested where the rule only suggests', async () => {
      await updateProject(fixture.db, project, { auto_accepted: 'suggest' })
      await repository.commit({ hint: textOf('hint') }, 'hint: give it')
      const diff = await repository.diff()
      await accept()
      const id = await post('hint', '[PATCH] hint: give it', diff)
      expect(await accept()).toEqual([[id, 'suggested']])
      expect(await listSuggestionsFor(fixture.db, { patches: [id] })).toHaveLength(1)
      await updateProject(fixture.db, project, { auto_accepted: 'on' })
    })

    it('becomes accepted once the rule is turned on, even if it came while the rule suggested or was off', async () => {
      const turn = (auto_accepted: string) => changeProject(fixture.db, ACTOR, project, { auto_accepted })
      await turn('suggest')
      await repository.commit({ hook: textOf('hook') }, 'hook: bend it')
      const first = await post('hook', '[PATCH] hook: bend it', await repository.diff())
      expect(await accept()).toContainEqual([first, 'suggested'])
      await turn('off')
      expect(await listSuggestionsFor(fixture.db, { patches: [first] })).toEqual([])
      await repository.commit({ nail: textOf('nail') }, 'nail: drive it')
      const second = await post('nail', '[PATCH] nail: drive it', await repository.diff())
      await turn('on')
      const results = await accept()
      expect(results).toContainEqual([first, 'accepted'])
      expect(results).toContainEqual([second, 'accepted'])
      // What was accepted stays, and so does what a person took back.
      expect(results.filter(([, outcome]) => outcome === 'accepted')).toHaveLength(3)
      expect(await accept()).toEqual([])
    })
  },
  'suite',
)
