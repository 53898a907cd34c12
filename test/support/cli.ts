import { vi } from 'vitest'
import { Passwords } from '../../src/auth/password.js'
import { run } from '../../src/cli/main.js'
import { hashPassword } from './passwords.js'

export interface ProcessResult {
  code: number
  out: string
  err: string
}

/** Runs a command line in this process, on a database, and returns its output and its exit code. */
export async function runCli(url: string, ...argv: string[]): Promise<ProcessResult> {
  const ran = { code: 0, out: '', err: '' }
  const take = (to: 'out' | 'err') => (text: string | Uint8Array) => {
    ran[to] += typeof text === 'string' ? text : Buffer.from(text).toString()
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(take('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(take('err')),
    vi.spyOn(console, 'log').mockImplementation((line: string) => void take('out')(`${line}\n`)),
    // What a command says and stores does not depend on what a hash costs.
    vi.spyOn(Passwords.prototype, 'hash').mockImplementation(hashPassword),
    vi.spyOn(console, 'error').mockImplementation((line: string) => void take('err')(`${line}\n`)),
  ]
  vi.stubEnv('PATCHWORK_DATABASE_URL', url)
  process.exitCode = undefined
  try {
    ran.code = await run(argv)
  } finally {
    process.exitCode = undefined
    vi.unstubAllEnvs()
    for (const spy of spies) spy.mockRestore()
  }
  return ran
}
