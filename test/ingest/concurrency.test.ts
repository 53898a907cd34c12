import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const PATCHWORK = resolve(import.meta.dirname, '../../bin/patchwork')

/** A series of three and its cover: in a thread, or with nothing but its markers to hold it together. */
function series(isThreaded: boolean): Buffer[] {
  const thread = isThreaded ? { inReplyTo: '0@x', references: '<0@x>' } : {}
  return [
    mail({ id: '0@x', subject: '[PATCH 0/3] all', body: 'The whole.' }),
    ...[1, 2, 3].map((n) => mail({ id: `${n}@x`, subject: `[PATCH ${n}/3] part ${n}`, ...thread })),
  ]
}

describeOnEach('mails of one series that several processes deliver at once', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
  })

  /** Delivers as a mail server does: a process for each mail. */
  async function deliver(bytes: Buffer): Promise<number> {
    const child = spawn(process.execPath, [PATCHWORK, 'parsemail', '--list-id', 'lamps.example.org'], {
      env: { ...process.env, PATCHWORK_DATABASE_URL: fixture.url },
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    child.stdin?.end(bytes)
    const [code] = await once(child, 'exit')
    return code as number
  }

  it('make one series, with one row for each, even where each comes twice', async () => {
    const mails = series(true).toReversed()
    expect(await Promise.all([...mails, ...mails].map(deliver))).toEqual(Array(8).fill(0))
    const found = await fixture.db.selectFrom('series').select(['name', 'total', 'cover_id']).execute()
    expect(found).toEqual([{ name: 'all', total: 3, cover_id: 1 }])
    const patches = await fixture.db.selectFrom('patches').select(['id', 'number']).execute()
    expect(new Set(patches.map(({ id }) => id))).toEqual(new Set([1, 2, 3]))
    expect(new Set(patches.map(({ number }) => number))).toEqual(new Set([1, 2, 3]))
    expect(patches).toHaveLength(3)
    expect(await completions()).toBe(1)
  })

  it('make one series where their markers alone say so', async () => {
    expect(await Promise.all(series(false).slice(1).map(deliver))).toEqual([0, 0, 0])
    const found = await fixture.db.selectFrom('series').select(['total', 'name']).execute()
    expect(found).toEqual([{ total: 3, name: '[1/3] part 1' }])
    expect(await completions()).toBe(1)
  })

  async function completions(): Promise<number> {
    const events = await fixture.db
      .selectFrom('events')
      .select('id')
      .where('category', '=', 'series-completed')
      .execute()
    return events.length
  }
})
