import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { endWithFile } from '../../support/children.js'
import { environmentOf, type Outcome } from '../../support/program.js'

/** git-pw, loaded once for all commands of a file (`forks.py`). */
export class GitPwForks {
  readonly #process: ChildProcess
  readonly #statuses: Interface
  /** Fails once the process has ended. */
  readonly #end: Promise<never>
  #last: Promise<unknown> = Promise.resolve()

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-git-pw-'))
    this.#process = endWithFile(
      spawn(interpreter(), [join(import.meta.dirname, 'forks.py')], {
        env: environmentOf(folder),
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
    const { stdout } = this.#process
    if (!stdout) throw new Error('git-pw has no output.')
    this.#statuses = createInterface(stdout)
    this.#end = once(this.#statuses, 'close').then(() =>
      Promise.reject(new Error('git-pw cannot be loaded.')),
    )
    this.#end.catch(() => undefined)
  }

  /** Runs git-pw in a folder, which is its home as well. Commands run one after the other. */
  run(folder: string, args: readonly string[]): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#fork(folder, args))
    this.#last = outcome.catch(() => undefined)
    return outcome
  }

  async #fork(folder: string, args: readonly string[]): Promise<Outcome> {
    const output = mkdtempSync(join(tmpdir(), 'patchwork-git-pw-'))
    const [stdout, stderr] = [join(output, 'stdout'), join(output, 'stderr')]
    const command = { folder, environment: environmentOf(folder), arguments: args, stdout, stderr }
    const status = once(this.#statuses, 'line')
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`)
    const [code] = await Promise.race([status, this.#end])
    return { code: Number(code), stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') }
  }

  close(): void {
    this.#process.kill()
  }
}

/** The Python that the installed script names. */
function interpreter(): string {
  const script = execFileSync('sh', ['-c', 'command -v git-pw'], { encoding: 'utf8' }).trim()
  return /^#!(\S+)/.exec(readFileSync(script, 'utf8'))?.[1] ?? 'python3'
}
