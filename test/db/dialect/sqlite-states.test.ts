import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Handle } from '../../../src/db/dialect/sqlite-handle.js'
import { SqliteStates } from '../../../src/db/dialect/sqlite-states.js'

const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve))

const insert = (handle: Handle) => handle.run('insert into t values (1)')

describe('the states of a file', () => {
  let handles: Handle[] = []
  let [reader, writer, other] = [] as unknown as [Handle, Handle, Handle]
  let states = {} as SqliteStates

  beforeEach(() => {
    const path = join(mkdtempSync(join(tmpdir(), 'patchwork-states-')), 'test.db')
    handles = Array.from({ length: 3 }, () => new Handle(new BetterSqlite3(path)))
    ;[reader, writer, other] = handles as [Handle, Handle, Handle]
    writer.pragma('journal_mode = wal')
    writer.run('create table t (a integer)')
    states = new SqliteStates(reader, writer)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    for (const handle of handles) handle.close()
  })

  const both = () => [states.stamp(), states.foreignStamp()]

  it('are asked for once while the program does not look at the network', async () => {
    const asked = vi.spyOn(Handle.prototype, 'dataVersion')
    const before = both()
    for (let time = 0; time < 5; time++) expect(both()).toEqual(before)
    expect(asked).toHaveBeenCalledTimes(2)
    await nextTick()
    // The reader has seen no commit: there is none of others either.
    expect(both()).toEqual(before)
    expect(asked).toHaveBeenCalledTimes(3)
  })

  it('are others after a commit of the writer, at once, and those of other processes are not', () => {
    const [stamp, foreign] = both()
    insert(writer)
    states.noteCommit()
    expect(states.stamp()).not.toBe(stamp)
    expect(states.foreignStamp()).toBe(foreign)
  })

  it('are others after a commit of another process, from the next look at the network on', async () => {
    const [stamp, foreign] = both()
    insert(other)
    await nextTick()
    expect(states.stamp()).not.toBe(stamp)
    expect(states.foreignStamp()).not.toBe(foreign)
  })

  it('are the same after a silent commit, unless another process commits at the same moment', async () => {
    const [stamp, foreign] = both()
    states.commitSilently(() => insert(writer))
    expect(both()).toEqual([stamp, foreign])
    await nextTick()
    expect(both()).toEqual([stamp, foreign])
    states.commitSilently(() => {
      insert(writer)
      insert(other)
    })
    expect(states.stamp()).not.toBe(stamp)
    expect(states.foreignStamp()).not.toBe(foreign)
  })

  it('count what another process committed before a silent commit, after they were asked for', async () => {
    const [stamp] = both()
    insert(other)
    states.commitSilently(() => insert(writer))
    expect(states.stamp()).not.toBe(stamp)
  })
})
