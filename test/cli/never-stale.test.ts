import { expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { ServerProcess } from '../support/server-process.js'
import { until } from '../support/until.js'

const TOKEN = 't'.repeat(40)
const ROUNDS = 15

/** What is read all the time meanwhile. */
const PATHS = ['/api/1.3/patches/', '/api/patches/1/', '/project/lamps/list/?state=*', '/api/series/1/']

async function text(server: ServerProcess, path: string): Promise<string> {
  return await (await fetch(`http://127.0.0.1:${server.port}${path}`)).text()
}

/** Changes patch 1 or its project; gives a text that answers have from now on. */
async function write(server: ServerProcess, target: 'state' | 'project', round: number): Promise<string> {
  const [path, body] =
    target === 'state'
      ? ['/api/patches/1/', { commit_ref: `${round}`.padStart(40, 'a') }]
      : ['/api/projects/1/', { web_url: `https://example.org/round-${round}` }]
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'PATCH',
    headers: { authorization: `Token ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect([path, response.status]).toEqual([path, 200])
  return Object.values(body)[0] as string
}

describeOnEach('two servers of one database, asked all the time', (fixture) => {
  it('show every write in the next read', async () => {
    await addLamps(fixture.db)
    await addAccount(fixture.db, 'mira', { token: TOKEN, maintains: [1] })
    await ingest(fixture.db, mail({ id: '1@x', subject: '[PATCH] lamps: light' }), { now: new Date() })
    const servers = await Promise.all([ServerProcess.start(fixture.url), ServerProcess.start(fixture.url)])
    const isImmediate = fixture.url.startsWith('sqlite:')
    const hammering = new AbortController()
    const hammers = servers.flatMap((server) =>
      PATHS.map(async (path) => {
        while (!hammering.signal.aborted) await text(server, path)
      }),
    )
    const delays: number[] = []
    for (let round = 0; round < ROUNDS; round++)
      for (const target of ['state', 'project'] as const) {
        const [own, other] = (round % 2 === 0 ? servers : servers.toReversed()) as [
          ServerProcess,
          ServerProcess,
        ]
        const path = target === 'state' ? '/api/patches/1/' : '/api/1.3/patches/'
        const written = await write(own, target, round)
        const start = performance.now()
        expect(await text(own, path)).toContain(written)
        if (isImmediate) expect(await text(other, path)).toContain(written)
        else await until(async () => (await text(other, path)).includes(written))
        delays.push(performance.now() - start)
        expect(await text(own, path)).toContain(written)
        expect(await text(other, path)).toContain(written)
      }
    hammering.abort()
    await Promise.all(hammers)
    if (process.env.PATCHWORK_TEST_SHOWS)
      console.log(
        delays
          .toSorted((a, b) => a - b)
          .map(Math.round)
          .join(' '),
      )
    const metrics = await text(servers[0], '/metrics')
    expect(Number(/^patchwork_answers_hits_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0)
    await Promise.all(servers.map((server) => server.stop()))
  })
})
