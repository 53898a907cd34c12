import { expect, it, onTestFinished } from 'vitest'
import { buildApp } from '../../../src/app.js'
import { connect } from '../../../src/db/connect.js'
import { deleteBatch } from '../../../src/domain/projects/removal.js'
import { contextOn } from '../../support/context.js'
import { until } from '../../support/until.js'
import { type Api, describeApi, NOW, tokenOf } from '../support.js'

const HEADERS = { authorization: `Token ${tokenOf('mira')}` }

interface Posted {
  readonly status: number
  readonly body: string
}

/** Posts to two servers that share the database. */
async function postersOf(api: Api) {
  const db = connect(api.url)
  const environment = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' }
  const other = await buildApp(contextOn({ ...api, db }, { environment, now: () => new Date(`${NOW}Z`) }))
  onTestFinished(async () => {
    await other.close()
    await db.destroy()
  })
  return [api.app, other].map((app) => async (path: string, payload: object): Promise<Posted> => {
    const answer = await app.inject({ method: 'POST', url: `/api${path}`, headers: HEADERS, payload })
    return { status: answer.statusCode, body: answer.body }
  })
}

/** Posts to both by turns, all at once. */
async function postAtOnce(api: Api, path: string, payloads: readonly object[]): Promise<Posted[]> {
  const posters = await postersOf(api)
  const answers = payloads.map(async (payload, index) => await posters[index % 2]?.(path, payload))
  return (await Promise.all(answers)).filter((answer) => answer !== undefined)
}

const statusesOf = (answers: readonly Pick<Posted, 'status'>[]) =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other)

describeApi('posts that come at once to two servers', (api) => {
  it('make one check of one key', async () => {
    const check = { patch: 1, state: 'success', context: 'ci', idempotency_key: 'run 7' }
    const answers = await postAtOnce(api, '/checks/', [check, check, check, check])
    expect(statusesOf(answers)).toEqual([200, 200, 200, 201])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect((await api.get('/patches/1/checks/')).body).toHaveLength(1)
  })

  it('refuse one of two different checks of one key', async () => {
    const check = { patch: 1, context: 'ci', idempotency_key: 'run 7' }
    const answers = await postAtOnce(api, '/checks/', [
      { ...check, state: 'success' },
      { ...check, state: 'fail' },
    ])
    expect(statusesOf(answers)).toEqual([201, 409])
    expect((await api.get('/patches/1/checks/')).body).toHaveLength(1)
  })

  it('request checks no more often than is allowed', async () => {
    const answers = await postAtOnce(
      api,
      '/series/1/recheck/',
      Array.from({ length: 12 }, (_, index) => ({ contexts: [`build-${index}`] })),
    )
    expect(statusesOf(answers)).toEqual([...Array<number>(5).fill(201), ...Array<number>(7).fill(429)])
    expect((await api.get('/events/?category=check-requested')).body).toHaveLength(5)
  })

  it('have results of their own while their patches are deleted', async () => {
    const batch = Array.from({ length: 250 }, (_, index) => ({
      patch: (index % 3) + 1,
      state: 'success',
      context: `ci-${index}`,
    }))
    const posters = await postersOf(api)
    const posts = posters.map(async (post) => {
      const answers: Posted[] = []
      for (let count = 0; count < 4; count++) answers.push(await post('/checks/', batch))
      return answers
    })
    await until(async () => (await api.get('/patches/1/checks/?per_page=1')).body.length > 0)
    while (await deleteBatch(api.db, 1));
    const answers = (await Promise.all(posts)).flat()
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const results = answers.flatMap(({ body }) => JSON.parse(body) as Posted[])
    expect(results).toHaveLength(8 * batch.length)
    // Posted, or told that there is no such patch, or that it is gone again.
    expect(results.every(({ status }) => [201, 400, 409].includes(status))).toBe(true)
    const last = JSON.parse((await posters[1]?.('/checks/', batch))?.body ?? '[]') as Posted[]
    expect(last.map(({ status }) => status)).toEqual(batch.map(() => 400))
    const [checks, patches] = [api.db.selectFrom('checks'), api.db.selectFrom('patches')]
    expect(await checks.selectAll().execute()).toEqual([])
    expect(await patches.select('id').where('project_id', '=', 1).execute()).toEqual([])
  })
})
