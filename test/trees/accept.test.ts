import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/config/context.js'
import { mailActor } from '../../src/domain/actor.js'
import { listSuggestionsFor } from '../../src/domain/automation/queries.js'
import { undoBatch } from '../../src/domain/changes/commands.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { addTree } from '../../src/domain/trees/commands.js'
import { findTree, type Tree } from '../../src/domain/trees/queries.js'
import { ingest } from '../../src/ingest/ingest.js'
import { trees as job } from '../../src/jobs/trees.js'
import { acceptTree, type CommitResult } from '../../src/trees/accept.js'
import { batchOf, stateAndCommit } from '../support/change.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mailOf, PushedRepository as Repository, textOf as text } from '../support/pushed-repository.js'

const NOW = new Date('2026-10-20T12:00:00Z')
const ACTOR = mailActor('2026-10-20T12:00:00.000000')
const [NEW, ACCEPTED, REJECTED, SUPERSEDED] = [1, 3, 4, 9]
describeOnEach(
  'the trees of a project',
  (fixture) => {
    const repository = new Repository()
    let project = 0
    let tree = 0
    let context: Context

    const post = async (
      id: string,
      subject: string,
      diff: string,
      options?: { from?: string; intro?: string },
    ) => {
      const outcome = await ingest(fixture.db, mailOf(id, subject, diff, options), { now: NOW })
      return 'id' in outcome ? outcome.id : 0
    }

    const treeRow = async () => (await findTree(fixture.db, project, tree)) as Tree

    const accept = async (range?: string): Promise<CommitResult[]> => {
      const results: CommitResult[] = []
      await acceptTree(context, await treeRow(), { range, onCommit: (result) => results.push(result) })
      return results
    }

    const patchOf = async (id: number) => await stateAndCommit(fixture.db, id)

    beforeAll(async () => {
      const { db } = fixture
      project = await addLamps(db)
      await updateProject(db, project, {
        auto_accepted: 'on',
        auto_superseded: 'off',
        send_notifications: true,
      })
      const folder = mkdtempSync(join(tmpdir(), 'patchwork-mirror-'))
      context = contextOn(fixture, {
        environment: { PATCHWORK_TREE_FOLDER: folder, PATCHWORK_TREE_PROTOCOLS: 'file, https' },
        now: () => NOW,
      })
      await repository.start()
      const input = { url: repository.folder, branch: 'refs/heads/master', state_id: ACCEPTED }
      tree = await addTree(db, ACTOR, project, input, ['file'])
      await post(
        'first',
        '[PATCH] none of them',
        'diff --git a/none b/none\n--- a/none\n+++ b/none\n@@ -1 +1 @@\n-a\n+b\n',
      )
      await accept()
    })

    it('accept a patch by the hash of its diff, with older versions superseded', async () => {
      const commit = await repository.commit({ wick: text('wick') }, 'wick: light it')
      const diff = await repository.diff()
      const older = await post(
        'hash1',
        '[PATCH] wick: light it',
        diff.replace('wick line 3', 'wick line 333'),
      )
      const newer = await post('hash2', '[PATCH v2] wick: light it', diff)
      expect(await accept()).toEqual([
        { commit, patch: newer, reason: 'by the hash of its diff', outcome: 'accepted' },
      ])
      expect(await patchOf(newer)).toEqual({ state_id: ACCEPTED, commit_ref: commit })
      expect((await patchOf(older)).state_id).toBe(SUPERSEDED)
      const pending = await fixture.db.selectFrom('pending_notifications').select('patch_id').execute()
      expect(pending.map(({ patch_id }) => patch_id)).toEqual(expect.arrayContaining([older, newer]))
      // What was looked at is not looked at again.
      expect(await accept()).toEqual([])
    })

    it('accept a renamed file whichever way it was sent', async () => {
      await repository.git('mv', 'wick', 'wick2')
      const commit = await repository.commit({}, 'wick: rename it')
      const diff = await repository.git('show', '--format=', '-p', '--no-renames')
      const id = await post('rename', '[PATCH] wick: rename it', `${diff}\n`)
      expect(await accept()).toMatchObject([{ commit, patch: id, outcome: 'accepted' }])
    })

    it('accept the patch that a trailer names, whatever became of its subject', async () => {
      const id = await post('named', '[PATCH] any subject', await mailed(repository, 'named'))
      const commit = await repository.commit(
        { named: text('named').replace('line 2', 'line two') },
        'named: reworded\n\nLink: https://lore.example.org/r/named@x',
      )
      expect(await accept()).toMatchObject([
        { commit, patch: id, reason: 'by the message id in its trailers', outcome: 'accepted' },
      ])
    })

    it('are not misled by a trailer that leads to something else', async () => {
      const id = await post('cause', '[PATCH] cause: break it', await mailed(repository, 'cause'))
      await repository.commit(
        { cure: text('cure') },
        'cure: repair it\n\nLink: https://lore.example.org/r/cause@x',
      )
      expect(await accept()).toEqual([])
      expect((await patchOf(id)).state_id).toBe(NEW)
    })

    it('accept a patch whose white space was changed, and one that was changed a little', async () => {
      await repository.commit({ tabs: `${text('tabs')}\tlast one\n` }, 'tabs: add them')
      const spaces = (await repository.diff()).replace('+\tlast one', '+        last  one')
      const first = await post('tabs', '[PATCH] other words', spaces, { from: 'Tess <tess@example.org>' })
      await repository.commit({ like: text('like').replace('line 4', 'line four') }, 'like: add it')
      const second = await post(
        'like',
        '[PATCH] like: add it',
        (await repository.diff()).replace('four', '4'),
      )
      expect((await accept()).map(({ patch, reason }) => [patch, reason])).toEqual([
        [first, 'by its patch id'],
        [second, 'by author, subject and similar changes'],
      ])
    })

    it('only suggest a patch of which nothing but the subject is alike', async () => {
      const id = await post('name', '[PATCH] name: add it', await mailed(repository, 'name'))
      await repository.commit({ name: text('quite different') }, 'name: add it')
      expect(await accept()).toMatchObject([{ patch: id, outcome: 'suggested' }])
      expect((await patchOf(id)).state_id).toBe(NEW)
      const [suggestion] = await listSuggestionsFor(fixture.db, { patches: [id] })
      expect(suggestion?.items).toMatchObject([{ patch_id: id, state_id: ACCEPTED }])
    })

    it('are undone with the commit, and not accepted again', async () => {
      await repository.commit({ undone: text('undone') }, 'undone: add it')
      const id = await post('undone', '[PATCH] undone: add it', await repository.diff())
      await accept()
      await undoBatch(fixture.db, ACTOR, project, await batchOf(fixture.db, id))
      expect(await patchOf(id)).toEqual({ state_id: NEW, commit_ref: null })
      expect(await accept(`${await repository.git('rev-parse', 'HEAD')}^!`)).toMatchObject([
        { outcome: 'refused' },
      ])
      expect(await patchOf(id)).toEqual({ state_id: NEW, commit_ref: null })
    })

    it('suggest to take back what a forced push removed, and follow what it moved', async () => {
      await repository.commit({ moved: text('moved') }, 'moved: add it')
      const moved = await post('moved', '[PATCH] moved: add it', await repository.diff())
      await repository.commit({ gone: text('gone') }, 'gone: add it')
      const gone = await post('gone', '[PATCH] gone: add it', await repository.diff())
      await accept()
      expect((await patchOf(gone)).state_id).toBe(ACCEPTED)
      await repository.git('reset', '--quiet', '--hard', 'HEAD~2')
      await repository.commit({ before: 'It.\n' }, 'before: add it')
      const again = await repository.commit({ moved: text('moved') }, 'moved: add it')
      await accept()
      expect(await patchOf(moved)).toEqual({ state_id: ACCEPTED, commit_ref: again })
      expect((await patchOf(gone)).state_id).toBe(ACCEPTED)
      const [suggestion] = await listSuggestionsFor(fixture.db, { patches: [gone] })
      expect(suggestion).toMatchObject({ items: [{ patch_id: gone, state_id: NEW, commit_ref: '' }] })
      expect(suggestion?.evidence).toMatch(/^Commit \w{12} is no longer in master\.$/)
      expect(await listSuggestionsFor(fixture.db, { patches: [moved] })).toEqual([])
    })

    it('go on where a lost mirror was, and where the rule only suggests', async () => {
      rmSync(context.config.treeFolder, { recursive: true })
      mkdirSync(context.config.treeFolder)
      await updateProject(fixture.db, project, { auto_accepted: 'suggest' })
      await repository.commit({ late: text('late') }, 'late: add it')
      const id = await post('late', '[PATCH] late: add it', await repository.diff())
      const results = await accept()
      expect(results.filter(({ patch }) => patch === id)).toMatchObject([{ outcome: 'suggested' }])
      expect((await patchOf(id)).state_id).toBe(NEW)
      await updateProject(fixture.db, project, { auto_accepted: 'on' })
    })

    it('are fetched by a job, which notes what went wrong', async () => {
      const { signal } = new AbortController()
      await repository.commit({ job: text('job') }, 'job: add it')
      const id = await post('job', '[PATCH] job: add it', await repository.diff())
      expect(await job.run(context, signal)).toBe('master: 1 patches accepted, 0 suggested')
      expect((await patchOf(id)).state_id).toBe(ACCEPTED)
      expect(await job.run(context, signal)).toBeUndefined()
      await fixture.db.updateTable('trees').set({ branch: 'missing', due: null }).execute()
      expect(await job.run(context, signal)).toContain('missing: ')
      expect((await treeRow()).problem).toContain('missing')
      await fixture.db.updateTable('trees').set({ branch: 'master', problem: null }).execute()
      await updateProject(fixture.db, project, { auto_accepted: 'off' })
      await expect(accept()).rejects.toThrow('The rule for commits is off')
      await updateProject(fixture.db, project, { auto_accepted: 'on' })
    })

    describe.each([
      ['a protocol that is not allowed', 'git://git.example.org/x'],
      ['a program', 'ext::touch% pwned'],
      ['a private network', 'https://127.0.0.1/x.git'],
      ['the server of a cloud', 'https://169.254.169.254/x.git'],
      ['a name of this machine', 'https://localhost/x.git'],
    ])('do not lead to %s', (_, url) => {
      it('by whichever person it was entered', async () => {
        await fixture.db.updateTable('trees').set({ url }).where('id', '=', tree).execute()
        const attempt = acceptTree(context, { ...(await treeRow()), url }, {})
        await expect(attempt).rejects.toThrow(/fetched (?:by file, https only|from)/)
        expect(existsSync('pwned')).toBe(false)
        await fixture.db.updateTable('trees').set({ url: repository.folder }).where('id', '=', tree).execute()
      })
    })

    it('keep what was decided by hand, as far as the commit is only alike', async () => {
      await repository.commit({ hand: text('hand').replace('line 4', 'line four') }, 'hand: add it')
      const id = await post('hand', '[PATCH] hand: add it', (await repository.diff()).replace('four', '4'))
      await fixture.db.updateTable('patches').set({ state_id: REJECTED }).where('id', '=', id).execute()
      expect(await accept()).toMatchObject([{ patch: id, outcome: 'suggested' }])
      expect((await patchOf(id)).state_id).toBe(REJECTED)
    })
  },
  'suite',
)

/** The diff of a new file as it is mailed, without a commit that stays. */
async function mailed(repository: Repository, name: string): Promise<string> {
  await repository.commit({ [name]: text(name) }, name)
  const diff = await repository.diff()
  await repository.git('reset', '--quiet', '--hard', 'HEAD~1')
  return diff
}
