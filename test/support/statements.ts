import BetterSqlite3 from 'better-sqlite3'
import { Client } from 'pg'
import { afterEach, beforeEach, type MockInstance, vi } from 'vitest'

/**
 * Stops the clock in each test of a file: small tables are read anew after a second, and totals are kept if it took long to
 * count them, so that a machine that stalls would get more statements, or fewer.
 */
export function stopClock(): void {
  let clock: MockInstance
  beforeEach(() => {
    clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  })
  afterEach(() => clock.mockRestore())
}

/**
 * The statements that any database got from this process while `work` was done: each is a trip to the server and back,
 * and costs the same whatever machine counts them. A connection that listens for commits is left out: it checks each
 * second whether it still is one, whatever is done meanwhile. Throws where the clock runs (see `stopClock`).
 */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  if (vi.mocked(performance).now.mock === undefined)
    throw new Error('Statements are counted with a clock that stands still.')
  const statements: string[] = []
  const memory = new BetterSqlite3(':memory:')
  const prototype = Object.getPrototypeOf(memory.prepare('select 1')) as BetterSqlite3.Statement
  memory.close()
  const spies = [
    ...(['all', 'run'] as const).map((name) => {
      const original = prototype[name]
      return vi.spyOn(prototype, name).mockImplementation(function (
        this: BetterSqlite3.Statement,
        ...values
      ) {
        statements.push(this.source)
        return Reflect.apply(original, this, values) as never
      })
    }),
    spyOnPostgres(statements),
  ]
  try {
    await work()
    return statements
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

function spyOnPostgres(statements: string[]) {
  const { query: original } = Client.prototype as unknown as { query: (...values: unknown[]) => unknown }
  return vi.spyOn(Client.prototype, 'query').mockImplementation(function (
    this: Client,
    ...values: unknown[]
  ) {
    const [query] = values as [string | { text: string }]
    if (this.listenerCount('notification') === 0)
      statements.push(typeof query === 'string' ? query : query.text)
    return Reflect.apply(original, this, values) as never
  })
}
