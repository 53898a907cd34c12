import { expect, it, vi } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { describeOnEach } from '../support/database.js'

/** The modules as another process has them. */
async function load() {
  vi.resetModules()
  const { prepareShapes } = await import('../../src/db/prepared.js')
  return { prepareShapes, ...(await import('../../src/db/built-statements.js')) }
}

type Modules = Awaited<ReturnType<typeof load>>

/** A query as a bundle makes it while it is loaded, and how often it was compiled. */
function makeQuery({ prepareShapes }: Modules) {
  const compiled: string[] = []
  const run = prepareShapes<{ slug: string }, { slug: string; mark: string }, string>(
    (db, { slug }, mark) => {
      compiled.push(mark)
      return db
        .selectFrom('states')
        .select((eb) => ['slug', eb.val(mark).as('mark')])
        .where('slug', '=', slug)
    },
  )
  return {
    compiled,
    run: (db: Parameters<typeof run>[0], mark: string) => run(db, { slug: 'new' }, mark, mark),
  }
}

/** What the build collects of one such query. */
async function collected(db: Database): Promise<string> {
  const build = await load()
  const { run } = makeQuery(build)
  const statements = build.builtStatements.collect()
  await run(db, 'a')
  return statements()
}

describeOnEach('statements of the build', (fixture) => {
  it('are run without being compiled again, with other values and as what reads', async () => {
    const { db } = fixture
    const statements = await collected(db)
    const modules = await load()
    const { compiled, run } = makeQuery(modules)
    modules.builtStatements.use(statements)
    expect(await run(db, 'a')).toEqual([{ slug: 'new', mark: 'a' }])
    expect(compiled).toEqual([])
    expect(await run(db, 'b')).toEqual([{ slug: 'new', mark: 'b' }])
    expect(compiled).toEqual(['b'])
  })

  it('are none of a query that is made later, which would take the number of another one', async () => {
    const { db } = fixture
    const statements = await collected(db)
    const modules = await load()
    modules.builtStatements.use(statements)
    const { compiled, run } = makeQuery(modules)
    await run(db, 'a')
    expect(compiled).toEqual(['a'])
  })

  it('are collected only where the build asks for it', async () => {
    const { db } = fixture
    const modules = await load()
    const { run } = makeQuery(modules)
    await run(db, 'a')
    const statements = modules.builtStatements.collect()
    await run(db, 'a')
    const count = () => (JSON.parse(statements()) as { statements: unknown[] }).statements.length
    expect(count()).toBe(0)
    await run(db, 'b')
    expect(count()).toBe(1)
  })

  it('are those of the same bundle alone, which makes as many queries', async () => {
    const { db } = fixture
    const statements = await collected(db)
    const modules = await load()
    const [{ compiled, run }] = [makeQuery(modules), makeQuery(modules)]
    modules.builtStatements.use(statements)
    expect(await run(db, 'a')).toEqual([{ slug: 'new', mark: 'a' }])
    expect(compiled).toEqual(['a'])
  })
})
