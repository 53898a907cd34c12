import { createInterface } from 'node:readline'
import { LIMITS } from '../../mail/limits.js'
import { Invalid } from '../../util/errors.js'
import { ChildProcess, type ProcessResult, runProcess } from '../../util/process.js'
import { HOUR_MS } from '../../util/time.js'

/** Git must not prompt for a password; URLs may name servers, but never programs to run. */
const ENVIRONMENT = { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh', LC_ALL: 'C' }

/** Timeouts of git, in milliseconds: for local commands, and for transfers. */
const GIT_TIMEOUT_MS = 10 * 60_000
export const TRANSFER_TIMEOUT_MS = 6 * HOUR_MS

export interface GitOptions {
  /** Aborts git. */
  signal?: AbortSignal | undefined
  timeout?: number
  /** Memory that git, and each program that it starts, may take for its data, in bytes. */
  memory?: number
  /** Additional environment variables. */
  env?: Readonly<Record<string, string>> | undefined
}

/** Runs git on a repository, or without one, and returns its result. Throws Invalid if git is not installed. */
export async function runGit(
  folder: string | undefined,
  args: readonly string[],
  options: GitOptions = {},
): Promise<ProcessResult> {
  const [program, all] = command([...on(folder), ...args], options)
  const ran = await runProcess(program, all, processOptions(options))
  return { ...ran, out: ran.out.trim() }
}

/** Starts git, whose output the caller reads; with `hasInput`, it writes its input too. */
export function startGit(
  folder: string,
  args: readonly string[],
  { hasInput = false, ...options }: GitOptions & { hasInput?: boolean } = {},
): ChildProcess {
  return new ChildProcess('git', [...on(folder), ...args], { ...processOptions(options), hasInput })
}

/** With a limit of memory git is started by a shell, which sets it; what git prints without memory is no sentence. */
function command(
  args: readonly string[],
  { memory }: GitOptions,
): [program: string, args: readonly string[]] {
  if (memory === undefined) return ['git', args]
  return ['sh', ['-c', 'ulimit -d "$0" && exec git "$@"', String(Math.floor(memory / 1024)), ...args]]
}

function processOptions({ signal, timeout = GIT_TIMEOUT_MS, env }: GitOptions) {
  return { env: { ...process.env, ...ENVIRONMENT, ...env }, signal, timeout }
}

/** Streams the output lines of git. Throws Invalid with its error message if it fails. */
export async function* gitLines(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): AsyncGenerator<string> {
  const git = startGit(folder, args, options)
  try {
    for await (const line of createInterface({ input: git.stdout, crlfDelay: Infinity })) {
      git.refresh()
      yield line
    }
    if ((await git.ended) !== 0) throw new Invalid(git.complaint || 'git failed.')
  } finally {
    git.end()
  }
}

function on(folder: string | undefined): string[] {
  return folder === undefined ? [] : [`--git-dir=${folder}`]
}

const LF = 10

/** Reads blobs of one repository sequentially with one process. */
export class BlobReader {
  readonly #git: ChildProcess
  readonly #chunks: AsyncIterator<Buffer>
  #buffered: Buffer = Buffer.alloc(0)

  constructor(folder: string, { signal }: GitOptions = {}) {
    this.#git = startGit(folder, ['cat-file', '--batch'], { signal, hasInput: true })
    this.#chunks = this.#git.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  /** The bytes of a blob, up to the limit for mails; undefined if there is no such blob. */
  async read(oid: string): Promise<Buffer | undefined> {
    this.#git.refresh()
    this.#git.stdin?.write(`${oid}\n`)
    const header = await this.#line()
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(header) ?? []
    if (size === undefined) return undefined
    const bytes = await this.#take(Number(size))
    await this.#take(1)
    return bytes
  }

  close(): void {
    this.#git.end()
  }

  async #line(): Promise<string> {
    let end: number
    while ((end = this.#buffered.indexOf(LF)) < 0) await this.#more()
    const line = this.#buffered.toString('latin1', 0, end)
    this.#buffered = this.#buffered.subarray(end + 1)
    return line
  }

  /** The next bytes; bytes beyond the limit for mails are dropped. */
  async #take(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let kept = 0
    for (let left = length; left > 0; ) {
      if (this.#buffered.length === 0) await this.#more()
      const part = this.#buffered.subarray(0, left)
      this.#buffered = this.#buffered.subarray(part.length)
      left -= part.length
      if (kept <= LIMITS.mailBytes) parts.push(part)
      kept += part.length
    }
    return Buffer.concat(parts).subarray(0, LIMITS.mailBytes + 1)
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next()
    if (done) throw new Invalid('git exited before it had returned all mails.')
    this.#buffered = this.#buffered.length === 0 ? value : Buffer.concat([this.#buffered, value])
  }
}
