import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { Invalid } from './errors.js'

/** Every other program is started here: with a time limit, and so that nothing of it outlives this process. */

export interface StartOptions {
  /** The process is ended after this many milliseconds. */
  timeout: number
  /** Ends it as well. */
  signal?: AbortSignal | undefined
  env?: NodeJS.ProcessEnv
  /** Whether something is written to it; else it reads nothing. */
  hasInput?: boolean
}

export interface RunOptions extends Omit<StartOptions, 'hasInput'> {
  /** Bytes of output that are taken; a program that prints more is ended. */
  maxOutput?: number
}

export interface ProcessResult {
  /** Its exit code; -1 where a signal ended it. */
  code: number
  out: string
  /** The last line of its error output, or why it was ended; and the first line. */
  complaint: string
  firstComplaint: string
}

/** How long a program has to end by itself once it was asked to, in milliseconds. */
const KILL_AFTER_MS = 2000
const MAX_COMPLAINT = 1000
const MAX_OUTPUT = 1024 * 1024

const running = new Set<ChildProcess>()

/** A program that runs. It leads a process group of its own: whatever it starts ends with it. */
export class ChildProcess {
  readonly stdin: Writable | null
  readonly stdout: Readable
  /** Its exit code once it has ended and all output is read; -1 where a signal ended it. Throws Invalid without such a program. */
  readonly ended: Promise<number>
  readonly #child: ChildProcessByStdio<Writable | null, Readable, Readable>
  readonly #timer: NodeJS.Timeout
  #complaint = ''
  #reason: string | undefined
  #kill: NodeJS.Timeout | undefined

  constructor(program: string, args: readonly string[], options: StartOptions) {
    const { timeout, signal, env, hasInput = false } = options
    this.#child = spawn(program, args, {
      ...(env ? { env } : {}),
      stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    }) as ChildProcessByStdio<Writable | null, Readable, Readable>
    this.stdin = this.#child.stdin
    this.stdout = this.#child.stdout
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-MAX_COMPLAINT)
    })
    // A program that ends early shows in its exit code.
    this.stdin?.on('error', () => {})
    const abort = () => this.end(`${program} was stopped.`)
    this.#timer = setTimeout(
      () => this.end(`${program} took longer than ${timeout / 1000} seconds.`),
      timeout,
    )
    signal?.addEventListener('abort', abort, { once: true })
    watch(this)
    this.ended = this.#wait(program).finally(() => {
      clearTimeout(this.#timer)
      clearTimeout(this.#kill)
      signal?.removeEventListener('abort', abort)
      unwatch(this)
    })
    // Notify the waiting callers.
    this.ended.catch(() => {})
    if (signal?.aborted) abort()
  }

  /** The last line of its error output, or why it was ended. */
  get complaint(): string {
    return this.#reason ?? this.#complaint.trim().split('\n').at(-1) ?? ''
  }

  get firstComplaint(): string {
    return this.#reason ?? this.#complaint.trim().split('\n')[0] ?? ''
  }

  /** Restarts the deadline. */
  refresh(): void {
    this.#timer.refresh()
  }

  /** Asks it to end, and after a while makes it. */
  end(reason?: string): void {
    this.#reason ??= reason
    this.kill('SIGTERM')
    this.#kill ??= setTimeout(() => {
      this.kill('SIGKILL')
      // What left the group may still hold the pipes.
      this.#child.stdout.destroy()
      this.#child.stderr.destroy()
    }, KILL_AFTER_MS)
  }

  /** Sends a signal to it and to all that it started. */
  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch {
      // All of them have ended.
    }
  }

  #wait(program: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#child.on('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? new Invalid(`'${program}' is not installed.`) : error),
      )
      this.#child.on('close', (code) => resolve(code ?? -1))
    })
  }
}

/** Runs a program to its end. Throws Invalid if there is no such program. */
export async function runProcess(
  program: string,
  args: readonly string[],
  { maxOutput = MAX_OUTPUT, ...options }: RunOptions,
): Promise<ProcessResult> {
  const child = new ChildProcess(program, args, options)
  const chunks: Buffer[] = []
  let length = 0
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= maxOutput) chunks.push(chunk)
    else child.end(`${program} printed more than ${maxOutput} bytes.`)
  })
  const code = await child.ended
  const isWhole = length <= maxOutput
  const { complaint, firstComplaint } = child
  return {
    code: isWhole ? code : code || -1,
    out: Buffer.concat(chunks).toString(),
    complaint,
    firstComplaint,
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function watch(child: ChildProcess): void {
  if (running.size === 0) {
    process.on('exit', killAll)
    for (const signal of SIGNALS) process.on(signal, onSignal)
  }
  running.add(child)
}

function unwatch(child: ChildProcess): void {
  if (!running.delete(child) || running.size > 0) return
  process.off('exit', killAll)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** A process group of its own does not get a terminal's Ctrl-C. Without another listener the signal ends us as usual. */
function onSignal(signal: NodeJS.Signals): void {
  for (const child of running) child.end('It was stopped.')
  if (process.listenerCount(signal) > 1) return
  killAll()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}
