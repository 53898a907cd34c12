import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Invalid } from '../errors.js'
import { LIMITS } from '../mail/limits.js'

/** Nobody is there to answer when git asks for a password; and addresses name servers, never programs to run. */
const ENVIRONMENT = { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh', LC_ALL: 'C' }

/** Longest output that is kept of a command that prints little. */
const MOST_OUTPUT = 1024 * 1024

export interface Ran {
  code: number
  out: string
  /** The last line of what it complains about. */
  complaint: string
}

/** Runs git on a repository, or on none, and gives how it ended. Throws Invalid if there is no git. */
export async function runGit(folder: string | undefined, args: readonly string[]): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...ENVIRONMENT }, maxBuffer: MOST_OUTPUT }
    execFile('git', [...on(folder), ...args], options, (error, out, complaints) => {
      if (error?.code === 'ENOENT') return reject(new Invalid('git is not installed.'))
      const complaint = complaints.trim().split('\n').at(-1) ?? ''
      resolve({ code: error ? Number(error.code) || 1 : 0, out: out.trim(), complaint })
    })
  })
}

/** The lines that git prints, as it prints them. Throws Invalid with its complaint if it fails. */
export async function* gitLines(folder: string, args: readonly string[]): AsyncGenerator<string> {
  const git = spawn('git', [...on(folder), ...args], {
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(git, 'close')
  let complaints = ''
  git.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-1000)))
  try {
    for await (const line of createInterface({ input: git.stdout, crlfDelay: Infinity })) yield line
    const [code] = (await closed) as [number]
    if (code !== 0) throw new Invalid(complaints.trim().split('\n').at(-1) || 'git failed.')
  } finally {
    git.kill()
  }
}

function on(folder: string | undefined): string[] {
  return folder === undefined ? [] : [`--git-dir=${folder}`]
}

const LF = 10

/** Reads blobs of one repository, one after the other, by one process. */
export class BlobReader {
  readonly #git
  readonly #chunks: AsyncIterator<Buffer>
  #buffered: Buffer = Buffer.alloc(0)

  constructor(folder: string) {
    this.#git = spawn('git', [...on(folder), 'cat-file', '--batch'], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    // A git that ends early shows in what we read.
    this.#git.stdin.on('error', () => {})
    this.#chunks = this.#git.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  /** The bytes of a blob, as much of them as is ever read of a mail; undefined if there is no such blob. */
  async read(oid: string): Promise<Buffer | undefined> {
    this.#git.stdin.write(`${oid}\n`)
    const header = await this.#line()
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(header) ?? []
    if (size === undefined) return undefined
    const bytes = await this.#take(Number(size))
    await this.#take(1)
    return bytes
  }

  close(): void {
    this.#git.kill()
  }

  async #line(): Promise<string> {
    let end: number
    while ((end = this.#buffered.indexOf(LF)) < 0) await this.#more()
    const line = this.#buffered.toString('latin1', 0, end)
    this.#buffered = this.#buffered.subarray(end + 1)
    return line
  }

  /** The next bytes; of more than are ever read of a mail the rest is dropped. */
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
    if (done) throw new Invalid('git ended before it had given all mails.')
    this.#buffered = this.#buffered.length === 0 ? value : Buffer.concat([this.#buffered, value])
  }
}
