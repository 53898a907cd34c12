import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endWithFile } from '../../support/children.js'

const PATCHWORK = join(import.meta.dirname, '../../../bin/patchwork')

/** A Patchwork of its own process, to be killed. */
export class Victim {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #lines: AsyncIterator<string>

  constructor(url: string, args: readonly string[], settings: NodeJS.ProcessEnv = {}) {
    this.#process = endWithFile(
      spawn(process.execPath, [PATCHWORK, ...args], {
        env: { ...process.env, PATCHWORK_DATABASE_URL: url, PATCHWORK_LOG_LEVEL: 'fatal', ...settings },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    this.#ended = once(this.#process, 'exit')
    const { stdout } = this.#process
    if (!stdout) throw new Error('There is no output.')
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** The next line that it prints; undefined once it has ended. */
  async line(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next()
    return done ? undefined : value
  }

  /** Stops it dead, wherever it is. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  /** Asks it to end, and waits for that. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    await this.#ended
  }

  /** Resolves once it has ended by itself, to its exit code. */
  async end(): Promise<number | null> {
    await this.#ended
    return this.#process.exitCode
  }
}
