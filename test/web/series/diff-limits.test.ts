import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from '../../../src/app.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { RangeDiffRunner } from '../../../src/range-diff/runner.js'
import { contextOn } from '../../support/context.js'
import { copyRow } from '../../support/copy-row.js'
import { describeOnEach } from '../../support/database.js'
import { insertVersions } from '../../support/versions.js'

const TRUNCATED = 'patches are matched by their subjects'

/** No comparison is in time. */
const NO_TIME = { timeout: 0 }

/** The page, the API and the text answer, and say what they leave out. */
async function expectTruncated(server: FastifyInstance): Promise<void> {
  const page = await server.inject({ url: '/series/1/diff/3/', headers: { accept: 'text/html' } })
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain(TRUNCATED)
  expect(page.body).toContain('glass: keep it clean</bdi> <span class="status changed">same subject</span>')
  expect(page.body).toContain('The changes of this patch are not shown.')
  const url = '/api/1.4/series/1/diff/3/'
  const answer = await server.inject(url)
  expect(answer.statusCode).toBe(200)
  const { pairs, truncated } = answer.json<{
    pairs: { cost: unknown; status: string }[]
    truncated: boolean
  }>()
  expect(truncated).toBe(true)
  expect(new Set(pairs.map(({ cost }) => cost))).toEqual(new Set([null]))
  const text = await server.inject(`${url}?format=text`)
  expect(text.statusCode).toBe(200)
  expect(text.body.trimEnd().split('\n').at(-1)).toMatch(/^\(truncated: .* matched by name\)$/)
}

describeOnEach(
  'comparisons beyond a limit',
  (fixture) => {
    let app: FastifyInstance
    let late: FastifyInstance

    beforeAll(async () => {
      const { db } = fixture
      const lamps = { link_name: 'lamps', name: 'Lamps', list_id: 'lamps.example.org', list_email: 'l@x' }
      await insertProject(db, lamps)
      await insertVersions(db, lamps.list_id)
      app = await buildApp(contextOn(fixture))
      const rangeDiffs = new RangeDiffRunner(NO_TIME)
      late = await buildApp(contextOn(fixture, { parts: { rangeDiffs } }))
    })
    afterAll(async () => {
      await app.close()
      await late.close()
    })

    it('of time are matched by name, and compared the next time', async () => {
      await expectTruncated(late)
      const { body } = await app.inject('/api/1.4/series/1/diff/3/')
      expect(JSON.parse(body).truncated).toBe(false)
    })

    it('of bytes are matched by name', async () => {
      const { db } = fixture
      const query = db.selectFrom('patch_texts').select(['patch_id', 'diff']).orderBy('patch_id').limit(1)
      const { patch_id: id, diff } = await query.executeTakeFirstOrThrow()
      const set = async (text: string | null) =>
        await db.updateTable('patch_texts').set({ diff: text }).where('patch_id', '=', id).execute()
      await set('+ \n'.repeat(3_000_000))
      await expectTruncated(app)
      await set(diff)
      const { body } = await app.inject('/api/1.4/series/1/diff/3/')
      expect(JSON.parse(body).truncated).toBe(false)
    })

    it('of patches are matched by name, and a page has only some of them', async () => {
      await copyRow(fixture.db, 'patches', 1, 1200)
      await expectTruncated(app)
      const { body } = await app.inject('/series/1/diff/3/')
      expect(body.match(/class="file/g)).toHaveLength(1000)
      expect(body).toContain('206 more patches are not shown.')
      const last = await app.inject('/series/1/diff/3/?patch=1209')
      expect(last.body).toContain('id="p1209"')
    })
  },
  'suite',
)
