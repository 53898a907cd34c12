import { connect as connectSocket, createServer, type Socket } from 'node:net'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { changesOf } from '../../src/db/changes.js'
import { connect } from '../../src/db/connect.js'
import type { Database } from '../../src/db/schema.js'
import { lazyTransaction, transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { until } from '../support/until.js'
import { insertDelivery } from '../support/webhooks.js'

const rename = async (db: Database, name: string) =>
  await db.updateTable('states').set({ name }).where('id', '=', 1).execute()

/** The stamp, once the database tells it. */
async function stampOf(db: Database): Promise<number> {
  await db.selectFrom('states').select('id').execute()
  await until(async () => changesOf(db).stamp() !== undefined)
  return changesOf(db).stamp() as number
}

describeOnEach('the stamp of a database', (fixture) => {
  it('is another one after each commit of its own, and stays the same without one', async () => {
    const { db } = fixture
    const first = await stampOf(db)
    await db.selectFrom('states').selectAll().execute()
    expect(changesOf(db).stamp()).toBe(first)
    await transaction(db, async (db) => {
      await rename(db, 'One')
      expect(changesOf(db).stamp()).toBe(first)
    })
    const second = changesOf(db).stamp()
    expect(second).not.toBe(first)
    await rename(db, 'Two')
    const third = changesOf(db).stamp()
    expect(third).not.toBe(second)
    await sql`update states set name = 'Three' where id = 1`.execute(db)
    expect(changesOf(db).stamp()).not.toBe(third)
  })

  it('is another one after a commit of another process, in a transaction or not', async () => {
    const { db, url } = fixture
    const other = connect(url)
    for (const write of [
      () => transaction(other, async (db) => await rename(db, 'One')),
      () => rename(other, 'Two'),
      () => sql`update states set name = 'Three' where id = 1`.execute(other),
    ]) {
      const [before, foreign] = [await stampOf(db), changesOf(db).foreignStamp()]
      await write()
      await until(async () => changesOf(db).stamp() !== before)
      expect(changesOf(db).foreignStamp()).not.toBe(foreign)
    }
    await other.destroy()
  })

  it('is not that of others after a commit of its own', async () => {
    const { db } = fixture
    await stampOf(db)
    // A new connection finds transactions that were there before it.
    const foreign = changesOf(db).foreignStamp()
    await transaction(db, async (db) => await rename(db, 'One'))
    expect(changesOf(db).foreignStamp()).toBe(foreign)
  })
})

/** A table of which nothing is remembered. */
const forgetHooks = async (db: Database) =>
  await db.updateTable('webhooks').set({ due: null }).where('id', '=', 1).execute()
const addDelivery = async (db: Database, event: number) => await insertDelivery(db, 1, event)

describeOnEach('a commit that writes nothing but what is not remembered', (fixture) => {
  it('leaves the stamp as it is', async () => {
    const { db } = fixture
    const first = await stampOf(db)
    await transaction(db, async (db) => await addDelivery(db, 1))
    await Promise.all([2, 3].map((event) => lazyTransaction(db, async (db) => await addDelivery(db, event))))
    await transaction(db, async (db) => {
      await db.selectFrom('states').selectAll().execute()
      await forgetHooks(db)
      await db.deleteFrom('webhook_deliveries').execute()
    })
    expect(changesOf(db).stamp()).toBe(first)
  })

  it('counts with one that writes more, whether in one transaction or in two that share a commit', async () => {
    const { db } = fixture
    const stamps = [await stampOf(db)]
    const note = () => stamps.push(changesOf(db).stamp() as number)
    await transaction(db, async (db) => {
      await addDelivery(db, 1)
      await rename(db, 'One')
      await forgetHooks(db)
    })
    note()
    await Promise.all([
      transaction(db, async (db) => await addDelivery(db, 2)),
      transaction(db, async (db) => await rename(db, 'Two')),
      transaction(db, async (db) => await addDelivery(db, 3)),
    ])
    note()
    await transaction(db, async (db) => {
      await sql`update states set name = 'Three' where id = 1`.execute(db)
      await addDelivery(db, 4)
    })
    note()
    expect(new Set(stamps).size).toBe(4)
  })

  it('hides no commit of another process before it or after it', async () => {
    const { db, url } = fixture
    const other = connect(url)
    await stampOf(other)
    for (const order of ['before', 'after']) {
      const stamp = await stampOf(db)
      if (order === 'before') await rename(other, order)
      await transaction(db, forgetHooks)
      if (order === 'after') await rename(other, order)
      await until(async () => changesOf(db).stamp() !== stamp)
    }
    await other.destroy()
  })

  it('of another process leaves the stamp as it is where the database says what was written', async () => {
    const { db, url } = fixture
    if (url.startsWith('sqlite:')) return
    const other = connect(url)
    const first = await stampOf(db)
    await transaction(other, async (db) => await addDelivery(db, 1))
    await forgetHooks(other)
    // Notifications come in the order of their commits: this one after any of those.
    await rename(other, 'One')
    await until(async () => changesOf(db).stamp() !== first)
    expect(changesOf(db).stamp()).toBe(first + 1)
    await other.destroy()
  })
})

describeOnEach('a database that tells nothing', (fixture) => {
  it('has no stamp while the connection that is notified is down', async () => {
    const { db } = fixture
    const before = await stampOf(db)
    if (fixture.url.startsWith('sqlite:')) return
    const other = connect(fixture.url)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other)
    await until(async () => changesOf(db).stamp() === undefined)
    await rename(other, 'Unseen')
    await until(async () => changesOf(db).stamp() !== undefined)
    expect(changesOf(db).stamp()).not.toBe(before)
    await other.destroy()
  })
})

/** The message that tells a client the process of its connection: a letter, a length of 12, the process and a secret. */
const GREETING = Buffer.from([0x4b, 0, 0, 0, 12])

/**
 * A program between us and the database, as poolers are: if `isPooler`, it greets with a process number of its own.
 * `opened` and `ended` count connections.
 */
async function startProxy(url: string, isPooler: boolean) {
  const counts = { opened: 0, ended: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    counts.opened++
    const database = connectSocket(Number(new URL(url).port), new URL(url).hostname)
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    client.pipe(database)
    client.on('close', () => {
      counts.ended++
      database.destroy()
    })
    database.on('close', () => client.destroy())
    database.on('data', (bytes) => {
      const place = isPooler ? bytes.indexOf(GREETING) : -1
      if (place >= 0) bytes.writeUInt32BE(4_000_000, place + GREETING.length)
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = new URL(url)
  address.port = String((server.address() as { port: number }).port)
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { url: address.href, counts, close }
}

describeOnEach('a database behind another program', (fixture) => {
  it('has a stamp behind one that only passes bytes on', async () => {
    if (fixture.url.startsWith('sqlite:')) return
    const proxy = await startProxy(fixture.url, false)
    const db = connect(proxy.url)
    expect(await stampOf(db)).toBeGreaterThan(0)
    await db.destroy()
    proxy.close()
  })

  it('has none behind a pooler, which may keep notifications from us', async () => {
    if (fixture.url.startsWith('sqlite:')) return
    const proxy = await startProxy(fixture.url, true)
    const db = connect(proxy.url)
    await db.selectFrom('states').select('id').execute()
    const { opened } = proxy.counts
    const stamps = new Set<unknown>()
    // The connection that was to listen is given up.
    await until(() => {
      stamps.add(changesOf(db).stamp())
      return proxy.counts.opened > opened && proxy.counts.ended > 0
    })
    expect([...stamps, changesOf(db).stamp()].every((stamp) => stamp === undefined)).toBe(true)
    expect(await db.selectFrom('states').select('id').execute()).not.toHaveLength(0)
    await db.destroy()
    proxy.close()
  })
})
