import type { Client, Connection } from 'pg'
import { expect, it, test } from 'vitest'
import { Batches, type StatementResult } from '../../../src/db/dialect/postgres-batch.js'
import { RowMakers } from '../../../src/db/dialect/row-maker.js'

/** The calls of pg for a query that was submitted. */
interface Submitted {
  submit: (connection: Connection) => void
  handleRowDescription: (message: { fields: { name: string; dataTypeID: number }[] }) => void
  handleDataRow: (message: { fields: (string | null)[] }) => void
  handleCommandComplete: (message: { text: string }) => void
  handleReadyForQuery: (connection: Connection) => void
  handleError: (error: unknown, connection: Connection) => void
}

/** A client that writes down what it sends, and what it was given to send. */
function recordingClient() {
  const messages: string[] = []
  const submitted: Submitted[] = []
  const connection = {
    stream: { cork: () => messages.push('cork'), uncork: () => messages.push('uncork') },
    parsedStatements: {},
    submittedNamedStatements: {} as Record<string, string>,
    parse: ({ text }: { text: string }) => messages.push(`parse ${text}`),
    bind: ({ values }: { values: unknown[] }) => messages.push(`bind ${values.join(' ')}`),
    describe: () => messages.push('describe'),
    execute: () => messages.push('execute'),
    sync: () => messages.push('sync'),
  } as unknown as Connection
  const client = {
    query: (batch: Submitted) => {
      submitted.push(batch)
      batch.submit(connection)
    },
  } as unknown as Client
  const batches = new Batches(client, new RowMakers(() => Number))
  /** Runs statements, one for each value, and has them sent. */
  const run = (name: string | undefined, ...values: unknown[]) => {
    const results = values.map((value) => batches.run({ text: 'select $1', name, values: [value] }))
    batches.send()
    return Promise.allSettled(results)
  }
  /** What was written since the last time. */
  const written = () => messages.splice(0)
  return { batches, connection, run, submitted, written }
}

const COLUMN = { name: 'n', dataTypeID: 23 }

/** Answers a batch as the server would. */
function answer(batch: Submitted, connection: Connection, isDescribed: boolean, ...rows: string[]): void {
  for (const row of rows) {
    if (isDescribed) batch.handleRowDescription({ fields: [COLUMN] })
    batch.handleDataRow({ fields: [row] })
    batch.handleCommandComplete({ text: 'SELECT 1' })
  }
  batch.handleReadyForQuery(connection)
}

const fulfilled = (n: number) => ({
  status: 'fulfilled',
  value: { command: 'SELECT', rowCount: 1, rows: [{ n }] } satisfies StatementResult,
})

test('statements that nobody waits for yet are written at once, and prepared once', async () => {
  const { connection, run, submitted, written } = recordingClient()
  const results = run('one', 1, 2)
  expect(written()).toEqual([
    'cork',
    'parse select $1',
    'bind 1',
    'describe',
    'execute',
    'bind 2',
    'describe',
    'execute',
    'sync',
    'uncork',
  ])
  answer(submitted[0] as Submitted, connection, true, '1', '2')
  expect(await results).toEqual([fulfilled(1), fulfilled(2)])
})

test('rows of a prepared statement are described once, those of others each time', async () => {
  const { connection, run, submitted, written } = recordingClient()
  const first = run('one', 1)
  answer(submitted[0] as Submitted, connection, true, '1')
  await first
  written()
  const second = run('one', 2)
  expect(written()).toEqual(['cork', 'bind 2', 'execute', 'sync', 'uncork'])
  answer(submitted[1] as Submitted, connection, false, '2')
  expect(await second).toEqual([fulfilled(2)])
  void run(undefined, 3)
  expect(written()).toEqual(['cork', 'parse select $1', 'bind 3', 'describe', 'execute', 'sync', 'uncork'])
})

test('statements are written when there is nothing else to do, and before they become many or large', async () => {
  const { batches, submitted } = recordingClient()
  const runOne = (value: string) => void batches.run({ text: 'select $1', name: 'one', values: [value] })
  runOne('1')
  runOne('2')
  expect(submitted).toHaveLength(0)
  await new Promise((resolve) => process.nextTick(resolve))
  expect(submitted).toHaveLength(1)
  for (let count = 0; count < 20; count++) runOne('3')
  expect(submitted).toHaveLength(2)
  runOne('x'.repeat(100_000))
  expect(submitted).toHaveLength(3)
})

test('a statement that fails takes those after it along, and none of them counts as prepared', async () => {
  const { connection, run, submitted, written } = recordingClient()
  const results = run('one', 1, 2)
  const error = new Error('no')
  submitted[0]?.handleError(error, connection)
  expect(await results).toEqual([
    { status: 'rejected', reason: error },
    { status: 'rejected', reason: error },
  ])
  written()
  void run('one', 3)
  expect(written()).toContain('parse select $1')
})

test('a value that cannot be sent fails its statement, and the server is not left waiting', async () => {
  const { connection, run, submitted, written } = recordingClient()
  const results = run('one', 1, { not: 'a value' })
  expect(written().slice(-2)).toEqual(['sync', 'uncork'])
  submitted[0]?.handleReadyForQuery(connection)
  for (const result of await results)
    expect(result).toMatchObject({ reason: { message: expect.stringMatching(/^No parameter/) } })
})

it.each([
  ['numbers', 12, '12'],
  ['large numbers', 2n ** 60n, '1152921504606846976'],
  ['yes and no', true, '1'],
  ['texts', 'a "b"', 'a "b"'],
  ['lists', [1, null, 'a "b" \\'], '{1,NULL,"a \\"b\\" \\\\"}'],
  ['nothing', null, ''],
])('%s are sent as text', (_, value, text) => {
  const { run, written } = recordingClient()
  void run('one', value)
  expect(written()[2]).toBe(`bind ${text}`)
})
