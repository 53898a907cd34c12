import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { up } from '../../../src/db/migrations/0025-patch-hashes.js'
import { listNewestTasks } from '../../../src/domain/recompute/tasks.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { rehash } from '../../../src/ingest/recompute.js'
import { describeApi, NOW } from '../../api/support.js'
import { mail } from '../../support/mail.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describeApi(
  'a download with ?tags=0',
  (api) => {
    const download = async (path: string) => (await api.app.inject(path)).body
    const pathOf = async (id: number) => {
      const { headers } = await api.app.inject(`/patch/${id}/mbox/`)
      return `${String(headers.location)}?tags=0`
    }
    const patches = async () => await Promise.all([1, 2, 3].map(async (id) => download(await pathOf(id))))

    it('never changes, whatever people, settings and later mail do', async () => {
      const [before, series] = [await patches(), await download('/series/1/mbox/?tags=0')]
      const { db } = api
      const reply = mail({
        from: 'Ida <ida@example.org>',
        subject: 'Re: [PATCH 1/3] x',
        references: '<1@x>',
        body: 'Reviewed-by: Ida <ida@example.org>\n',
      })
      await ingest(db, reply, { now: new Date(`${NOW}Z`), listId: 'lamps.example.org' })
      await db.updateTable('patches').set({ delegate_id: 1, state_id: 3, archived: 1 }).execute()
      await db.updateTable('people').set({ name: 'Somebody Else' }).execute()
      await db.updateTable('projects').set({ list_email: 'mira@example.org' }).execute()
      const plain = await download((await pathOf(1)).replace('?tags=0', ''))
      expect(plain).toContain('\nReviewed-by: Ida <ida@example.org>\n')
      expect(plain).toContain('\nX-Patchwork-Delegate: ')
      expect(await patches()).toEqual(before)
      expect(await download('/series/1/mbox/?tags=0')).toBe(series)
      expect(before.join('')).not.toMatch(/X-Patchwork-/)
      expect(series).toBe(before.join('\n'))
      // Anything else is the usual form.
      expect(await download((await pathOf(1)).replace('=0', '=1'))).toBe(plain)
    })

    it('has the hash that a patch has in 1.4', async () => {
      for (const [index, text] of (await patches()).entries())
        expect((await api.get(`/patches/${index + 1}/`)).body.sha256).toBe(sha256(text))
      expect((await api.get('/api/1.3/patches/1/')).body).not.toHaveProperty('sha256')
      expect((await api.get('/patches/')).body[0]).not.toHaveProperty('sha256')
    })

    it("has the hashes of which KCIDB's hash of the series is made", async () => {
      // sha256sum *.patch | cut -c-64 | sha256sum | cut -c-64
      const hashes = (await patches()).map((text) => `${sha256(text)}\n`)
      expect((await api.get('/series/1/')).body.patchset_hash).toBe(sha256(hashes.join('')))
      expect((await api.get('/api/1.3/series/1/')).body).not.toHaveProperty('patchset_hash')
      expect((await api.get('/series/')).body[0]).not.toHaveProperty('patchset_hash')
    })

    it('of a patch of an older release has its hash once that is computed in the background', async () => {
      const { db } = api
      const before = [
        (await api.get('/patches/2/')).body.sha256,
        (await api.get('/series/1/')).body.patchset_hash,
      ]
      await db.schema.dropTable('patch_hashes').execute()
      await up(db)
      expect((await api.get('/patches/2/')).body.sha256).toBeNull()
      expect((await api.get('/series/1/')).body.patchset_hash).toBeNull()
      expect(await listNewestTasks(db, 1)).toMatchObject([{ kind: 'rehash', actor: 'upgrade', total: 3 }])
      expect(await rehash(db)).toBe(4)
      expect(await rehash(db)).toBe(0)
      expect([
        (await api.get('/patches/2/')).body.sha256,
        (await api.get('/series/1/')).body.patchset_hash,
      ]).toEqual(before)
    })
  },
  'suite',
)
