import { execFile } from 'node:child_process'

/** Other people's programs, run as their users run them. */

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** The committer for patches that a program applies. */
const COMMITTER = {
  GIT_AUTHOR_NAME: 'Mira Keeper',
  GIT_AUTHOR_EMAIL: 'mira@lanterna.example.org',
  GIT_COMMITTER_NAME: 'Mira Keeper',
  GIT_COMMITTER_EMAIL: 'mira@lanterna.example.org',
}

/** After a commit or a fetch git starts another git, which looks whether there is something to tidy up. */
const NO_MAINTENANCE = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
}

/** What a program finds in its environment: `folder` is its home, and no settings of this machine reach it. */
export function environmentOf(folder: string): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: folder,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_PAGER: 'cat',
    ...NO_MAINTENANCE,
    ...COMMITTER,
  }
}

/**
 * Runs a program in `folder`, which is its home and holds its temporary files as well; no settings of this
 * machine reach it. The server that it asks is in this process, so nothing may block.
 */
export async function runProgram(
  folder: string,
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Outcome> {
  const env = { ...environmentOf(folder), ...environment }
  return await new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}

/** Runs git; returns its output. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(folder, 'git', args)
  if (code !== 0) throw new Error(stderr)
  return stdout
}
