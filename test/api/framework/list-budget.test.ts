import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { MAX_LIST_BYTES } from '../../../src/api/framework/list-budget.js'
import { copyRow } from '../../support/copy-row.js'
import { listAll } from '../../support/pwclient.js'
import { type Answer, type Api, describeApi, ID } from '../support.js'

/** Replies to the first patch, of the most characters that a list has of each: their list has a page that is cut twice. */
const REPLIES = 34
const RELATED = 200
/** A little more than one page has of each. */
const CHECKS = 48
const COVERS = 76

async function fill({ db }: Api): Promise<void> {
  await copyRow(db, 'patch_comments', 1, REPLIES)
  await db
    .updateTable('patch_comments')
    .set({ content: 'lamp '.repeat(200_000) })
    .execute()
  await copyRow(db, 'patches', 3, RELATED)
  await db
    .updateTable('patches')
    .set({ name: 'lamp '.repeat(50) })
    .execute()
  await sql`insert into patch_relations default values`.execute(db)
  await sql`update patches set relation_id = 1`.execute(db)
  await copyRow(db, 'checks', 1, CHECKS)
  // Six bytes of JSON for each.
  await db
    .updateTable('checks')
    .set({ description: '\u0001'.repeat(65_536) })
    .execute()
  await copyRow(db, 'covers', 1, COVERS)
  await db
    .updateTable('covers')
    .set({ name: '\u0001'.repeat(40_000) })
    .execute()
}

function sizeOf({ body }: Answer): number {
  return Buffer.byteLength(JSON.stringify(body))
}

function nextOf({ headers }: Answer): string | undefined {
  return /^<https:\/\/pw\.example\.org([^>]*)>; rel="next"/.exec(String(headers.link))?.[1]
}

describeApi(
  'a long list',
  (api) => {
    beforeAll(async () => {
      await api.send('POST /patches/1/checks/', { state: 'success' }, 'mira')
      await fill(api)
    })

    describe.each([
      ['/patches/1/comments/', REPLIES],
      ['/patches/1/checks/', CHECKS],
      ['/patches/', RELATED],
      ['/covers/', COVERS],
    ])('%s', (path, least) => {
      it('ends its page early, and leads to every row once', async () => {
        const seen: number[] = []
        let answer = await api.get(`${path}?per_page=250&order=-id`)
        const total = Number(answer.headers['x-total-count'])
        let isCut = false
        for (let pages = 0; pages < 40; pages++) {
          // One row more than fills it, at most.
          expect(sizeOf(answer)).toBeLessThan(1.2 * MAX_LIST_BYTES)
          const rows = answer.body as { id: number }[]
          isCut ||= rows.length < Math.min(250, total - seen.length)
          seen.push(...rows.map(({ id }) => id))
          const next = nextOf(answer)
          if (next === undefined) break
          answer = await api.get(next)
        }
        expect(isCut).toBe(true)
        expect(seen.length).toBeGreaterThanOrEqual(least)
        expect(seen).toHaveLength(total)
        expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => other - one))
      })

      it.each(['250', undefined])(
        'is read whole by following the number of the page, per_page %s',
        async (perPage) => {
          const address =
            (api.app.server.address() as AddressInfo | null) ??
            (await api.app.listen({ port: 0 }), api.app.server.address() as AddressInfo)
          const server = `http://127.0.0.1:${address.port}`
          const { rows } = await listAll(server, path, perPage ? { per_page: perPage } : {})
          const ids = rows.map(({ id }) => id)
          expect(ids.length).toBeGreaterThanOrEqual(least)
          expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => one - other))
        },
      )
    })

    it('cuts texts, and says where they are whole', async () => {
      await api.db
        .updateTable('patch_comments')
        .set({ content: `${'é'.repeat(1_000_000)}tail` })
        .where('id', '=', 1)
        .execute()
      const [first, second] = (await api.get('/patches/1/comments/?per_page=2')).body
      const { url } = first
      expect(first.content).toBe(`${'é'.repeat(1_000_000)}\n\n[This text is cut here. All of it: ${url}]\n`)
      expect(second.content).toBe('lamp '.repeat(200_000))
      const whole = await api.get('/patches/1/comments/1/')
      expect(whole.body.content).toHaveLength(1_000_004)
      expect(whole.body.content.endsWith('tail')).toBe(true)
    })

    it('of patches that are changed at once names only as many related ones as fit', async () => {
      const rows = await api.db
        .selectFrom('patches')
        .select('id')
        .where('project_id', '=', 1)
        .limit(300)
        .execute()
      const ids = rows.map(({ id }) => id)
      const answer = await api.send('PATCH /patches/', { ids, archived: true }, 'mira')
      expect(answer.status).toBe(200)
      const changed = answer.body as { id: number; archived: boolean; related: unknown[] }[]
      expect(changed.map(({ id }) => id)).toEqual(ids)
      expect(changed.every(({ archived, related }) => archived && related.length > 0)).toBe(true)
      expect(sizeOf(answer)).toBeLessThan(1.2 * MAX_LIST_BYTES)
    })

    it('of checks that are posted at once ends after its budget', async () => {
      await api.db.updateTable('patches').set({ series_id: 1 }).where('project_id', '=', 1).execute()
      const check = { state: 'success', description: '\u0001'.repeat(65_000) }
      const answer = await api.send('POST /series/1/checks/', check, 'mira')
      expect(answer.status).toBe(201)
      expect(sizeOf(answer)).toBeLessThan(1.2 * MAX_LIST_BYTES)
      expect(ID.mira).toBe(answer.body[0].user.id)
    })
  },
  'suite',
)
