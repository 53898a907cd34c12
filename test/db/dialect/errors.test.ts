import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { newProgram, runProgram } from '../../../src/cli/run.js'
import { connect } from '../../../src/db/connect.js'
import { capabilities } from '../../../src/db/dialect/dialect.js'
import type { Database } from '../../../src/db/schema.js'
import { describeOnEach } from '../../support/database.js'

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

const insertState = (db: Database, values: object) =>
  db
    .insertInto('states')
    .values({ name: 'Odd', slug: 'odd', ordering: 99, action_required: 0, ...values })
    .execute()

describeOnEach('a broken constraint', (fixture) => {
  it('is a duplicate only if a key is taken', async () => {
    const { db } = fixture
    const isUniqueViolation = (error: unknown) => capabilities(db).isUniqueViolation(error)
    const taken = await db.selectFrom('states').select(['id', 'slug']).executeTakeFirstOrThrow()
    expect(isUniqueViolation(await errorOf(insertState(db, { slug: taken.slug })))).toBe(true)
    expect(isUniqueViolation(await errorOf(insertState(db, { id: taken.id })))).toBe(true)
    const missing = await errorOf(insertState(db, { name: null }))
    expect(missing).toBeInstanceOf(Error)
    expect(isUniqueViolation(missing)).toBe(false)
    const foreign = await errorOf(
      db.insertInto('maintainers').values({ project_id: 99, user_id: 99 }).execute(),
    )
    expect(foreign).toBeInstanceOf(Error)
    expect(isUniqueViolation(foreign)).toBe(false)
  })
})

describe('a connection that is refused', () => {
  it("is told as the database's only if it is", async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    const db = connect(`postgres://x@127.0.0.1:${port}/x`)
    const isUnavailable = (error: unknown) => capabilities(db).isUnavailable(error)
    const own = await errorOf(db.selectFrom('states').select('id').execute())
    expect(own).toMatchObject({ code: 'ECONNREFUSED' })
    expect(isUnavailable(own)).toBe(true)
    const foreign = await errorOf(fetch(`http://127.0.0.1:${port}/`))
    const { cause } = foreign as { cause: unknown }
    expect(cause).toMatchObject({ code: 'ECONNREFUSED' })
    expect(isUnavailable(cause)).toBe(false)
    expect(await toldBy(own)).toBe('patchwork: The database server does not respond.\n')
    expect(await toldBy(cause)).toMatch(/^patchwork: connect ECONNREFUSED 127\.0\.0\.1:\d+\n$/)
    await db.destroy()
  })
})

/** What a command that fails so says. */
async function toldBy(error: unknown): Promise<string> {
  const program = newProgram()
  program.command('fail').action(async () => {
    throw error
  })
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await runProgram(program, ['fail'])
  const told = write.mock.calls.map(([text]) => String(text)).join('')
  write.mockRestore()
  return told
}
