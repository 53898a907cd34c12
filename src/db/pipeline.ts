import type { CompiledQuery, DatabaseConnection } from 'kysely'

/**
 * The statements of a transaction that were sent without waiting for their results. The database runs them in the order in
 * which they were sent, so all later statements see what they wrote; the first that fails fails the transaction.
 */
export class Pipeline {
  /** Resolves once all results are there. */
  #last: Promise<unknown> = Promise.resolve()
  #failure: { error: unknown } | undefined

  /** Adds a statement that has been sent. */
  add(result: Promise<unknown>): void {
    const noted = result.catch((error: unknown) => {
      this.#failure ??= { error }
    })
    this.#last = Promise.all([this.#last, noted])
  }

  /** Waits for all results; throws the error of the first statement that failed. */
  async settle(): Promise<void> {
    await this.#last
    if (this.#failure) throw this.#failure.error
  }

  /** The result of a statement that is being sent. If it fails because one before it failed, throws the error of that one. */
  async orFirstFailure<T>(result: Promise<T>): Promise<T> {
    const before = this.#last
    try {
      return await result
    } catch (error) {
      await before
      throw this.#failure ? this.#failure.error : error
    }
  }
}

const pipelines = new WeakMap<DatabaseConnection, Pipeline>()

/** Begins the pipeline of a transaction; the driver of the connection settles it before the commit, and ends it. */
export function beginPipeline(connection: DatabaseConnection): void {
  pipelines.set(connection, new Pipeline())
}

/** The pipeline of the transaction that is open on a connection; undefined where every statement is waited for. */
export function pipelineOf(connection: DatabaseConnection): Pipeline | undefined {
  return pipelines.get(connection)
}

export function endPipeline(connection: DatabaseConnection): void {
  pipelines.delete(connection)
}

/** Runs what has to be run before a statement. */
type RunBefore = (statement: string) => Promise<void> | undefined

const runBefore = new WeakMap<DatabaseConnection, RunBefore>()

/** Says what runs before the statements of a connection; to be called where its `executeQuery` is made to do so. */
export function setRunBefore(connection: DatabaseConnection, run: RunBefore): void {
  runBefore.set(connection, run)
}

/**
 * Runs a statement of a transaction and has `use` its rows, without waiting for them where there is a pipeline. What the
 * statement or `use` throws is then thrown by a later statement, or by the commit.
 */
export async function sendQuery<Row>(
  connection: DatabaseConnection,
  query: CompiledQuery<Row>,
  use: (rows: Row[]) => void = () => {},
): Promise<void> {
  // The next statement is sent when this function returns.
  await runBefore.get(connection)?.(query.sql)
  await addSent(
    connection,
    connection.executeQuery<Row>(query).then(({ rows }) => use(rows)),
  )
}

/** Adds the result of a statement to the pipeline of its connection, or waits for it if there is none. */
export async function addSent(connection: DatabaseConnection, result: Promise<unknown>): Promise<void> {
  const pipeline = pipelines.get(connection)
  if (pipeline) pipeline.add(result)
  else await result
}
