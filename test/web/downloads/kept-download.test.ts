import { beforeEach, expect, it } from 'vitest'
import { changesOf } from '../../../src/db/changes.js'
import { keepRows } from '../../../src/db/row-cache.js'
import { describeDemo, MIRA } from '../../support/demo.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { until } from '../../support/until.js'

stopClock()

const MSGID = 'dim-v1-2@lanterna.example.org'
const PATCH = `/project/lanterna/patch/${MSGID}/mbox/`

describeDemo('a small mbox', (demo) => {
  // PostgreSQL tells of changes once a connection listens.
  beforeEach(async () => {
    keepRows(demo.db, 1_000_000)
    await until(() => changesOf(demo.db).stamp() !== undefined)
  })

  const read = async (url: string) => {
    const { statusCode, body, headers } = await demo.app.inject(url)
    return { statusCode, body, name: headers['content-disposition'] }
  }

  it('is the same from what is kept as when it was made, in each form', async () => {
    const bodies = new Set<string>()
    for (const path of ['/series/1/mbox/', PATCH])
      for (const form of ['a=1', 'tags=0', 'trailers=b4']) {
        const first = await read(`${path}?${form}`)
        expect([path, form, first.statusCode]).toEqual([path, form, 200])
        expect(await read(`${path}?${form}&b=2`)).toEqual(first)
        keepRows(demo.db, 0)
        expect(await read(`${path}?${form}&c=3`)).toEqual(first)
        keepRows(demo.db, 1_000_000)
        bodies.add(first.body)
      }
    expect(bodies.size).toBeGreaterThan(2)
  })

  it('of a series is sent without a statement', async () => {
    await read('/series/1/mbox/?of=another')
    expect(await statementsOf(() => read('/series/1/mbox/?and=another'))).toEqual([])
  })

  it('of a patch is not that with its predecessors', async () => {
    const alone = await read(`${PATCH}?a=1`)
    const withOthers = await read(`${PATCH}?series=*`)
    expect([alone, withOthers].map(({ body }) => body.match(/^Subject: /gm)?.length)).toEqual([1, 2])
    expect(await read(`${PATCH}?a=2`)).toEqual(alone)
  })

  it('shows a change that was made since', async () => {
    const before = await read('/series/1/mbox/?a=1')
    const { statusCode } = await demo.app.inject({
      method: 'PATCH',
      url: '/api/patches/1/',
      headers: { authorization: `Token ${MIRA.token}` },
      payload: { delegate: 1 },
    })
    expect(statusCode).toBe(200)
    const after = await read('/series/1/mbox/?a=2')
    expect(before.body).not.toContain('X-Patchwork-Delegate')
    expect(after.body).toContain('X-Patchwork-Delegate')
  })
})
