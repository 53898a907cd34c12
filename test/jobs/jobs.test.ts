import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Context } from '../../src/config/context.js'
import { listFailures } from '../../src/domain/failures/queries.js'
import type { Job } from '../../src/jobs/job.js'
import { runJobs, startJobs } from '../../src/jobs/jobs.js'
import { makeLog } from '../../src/util/log.js'
import { contextOn } from '../support/context.js'
import { describeOnEach, type Fixture } from '../support/database.js'

function contextLogging(fixture: Fixture, lines: string[]): Context {
  const log = makeLog({ logLevel: 'info' }, { write: (line) => lines.push(line) })
  return { ...contextOn(fixture), log }
}

function job(name: string, every: number, run: Job['run']): Job {
  return { name, every, run }
}

describeOnEach('the jobs', (fixture) => {
  it('are each done once, and one that fails keeps none of the others', async () => {
    const lines: string[] = []
    const jobs = [
      job('broken', 1, async () => await Promise.reject(new Error('no disk'))),
      job('idle', 1, async () => undefined),
      job('busy', 1, async () => '3 mails sent'),
    ]
    expect(await runJobs(contextLogging(fixture, lines), jobs)).toBe(false)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, job: 'broken', err: { message: 'no disk' } },
      { level: 30, job: 'busy', msg: '3 mails sent' },
    ])
    expect(await runJobs(contextLogging(fixture, []), jobs.slice(1))).toBe(true)
  })

  it('have it noted that they fail, until they do not', async () => {
    const context = contextLogging(fixture, [])
    const broken = job('broken', 1, async () => await Promise.reject(new Error('no disk')))
    for (let time = 0; time < 2; time++) await runJobs(context, [broken])
    expect(await listFailures(fixture.db, 10)).toMatchObject([
      { kind: 'job', name: 'broken', reason: 'no disk', count: 2 },
    ])
    await runJobs(context, [job('broken', 1, async () => undefined)])
    expect(await listFailures(fixture.db, 10)).toEqual([])
  })

  it('are done again and again until they are stopped, which waits for those at work', async () => {
    const runs = { started: 0, ended: 0 }
    const work = async () => {
      runs.started++
      await sleep(5)
      runs.ended++
      return undefined
    }
    const stop = startJobs(contextLogging(fixture, []), [
      job('often', 0.001, work),
      job('seldom', 3600, work),
    ])
    while (runs.started < 5) await sleep(5)
    await stop()
    const { started } = runs
    expect(runs.ended).toBe(started)
    await sleep(20)
    expect(runs.started).toBe(started)
  })
})
