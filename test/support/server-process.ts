import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
// @ts-expect-error a script without types
import { freePort } from '../../scripts/postgres.mjs'
import { endWithFile } from './children.js'

const PATCHWORK = join(import.meta.dirname, '../../bin/patchwork')

/** A variable of the environment by which a server and all that it starts are found. */
const MARK = 'PATCHWORK_TEST_MARK'

/** How a process ended, with all that it said on standard error. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stderr: string
}

/** The built server in a process of its own, with real sockets. */
export class ServerProcess {
  readonly port: number
  /** A UNIX socket, which no other process can take. */
  readonly lmtpAddress: string
  readonly #child: ChildProcess
  readonly #mark: string
  readonly #ended: Promise<Ended>
  #stdout = ''
  #stderr = ''

  private constructor(port: number, environment: NodeJS.ProcessEnv) {
    const path = join(mkdtempSync(join(tmpdir(), 'patchwork-server-')), 'lmtp')
    this.port = port
    this.lmtpAddress = `unix:${path}`
    this.#mark = randomUUID()
    const args = [PATCHWORK, 'serve', '--port', String(port), '--lmtp', path]
    this.#child = endWithFile(
      spawn(process.execPath, args, {
        env: { ...process.env, ...environment, [MARK]: this.#mark },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
    this.#child.stdout?.on('data', (chunk) => (this.#stdout += String(chunk)))
    this.#child.stderr?.on('data', (chunk) => (this.#stderr += String(chunk)))
    this.#ended = once(this.#child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stderr: this.#stderr,
    }))
  }

  /** Starts a server on a database; resolves once it serves requests and takes mail. */
  static async start(url: string, environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const server = await ServerProcess.begin(url, environment)
    await server.says('Receiving mail by LMTP')
    return server
  }

  /** Starts a server, which may not serve yet. */
  static async begin(url: string, environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    return new ServerProcess((await freePort()) as number, { PATCHWORK_DATABASE_URL: url, ...environment })
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Resolves once it has said some words. Throws with its complaint if it ends before. */
  async says(words: string): Promise<void> {
    while (!this.#stdout.includes(words)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`The server ended: ${this.#stderr}`)
      await sleep(20)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Asks it to end, and resolves once it has. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM')
    return await this.#ended
  }

  async kill(): Promise<Ended> {
    this.signal('SIGKILL')
    return await this.#ended
  }

  async ended(): Promise<Ended> {
    return await this.#ended
  }

  /** Command lines of the processes that it started and that still run. */
  children(): string[] {
    return this.#processes().map(({ command }) => command)
  }

  /** The process ids of its workers, those that started first first. */
  workers(): number[] {
    return this.#processes()
      .filter(({ command }) => command.includes(' serve-worker '))
      .map(({ pid }) => pid)
      .toSorted((a, b) => a - b)
  }

  #processes(): { pid: number; command: string }[] {
    return readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid) || Number(pid) === this.#child.pid) return []
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(this.#mark)) return []
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(pid), command }]
      } catch {
        // The process has ended, or belongs to another user.
        return []
      }
    })
  }
}
