import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git, runProgram } from './program.js'

const OLA = 'Ola Nordlys <ola@example.org>'

/** In a shell, since a large process as that of the tests takes long to start another. */
const COMMIT = 'git add --all && git commit --quiet --author="$1" -m "$2" && git rev-parse HEAD'

/** A repository of a project, whose branch is moved as people push. */
export class PushedRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'patchwork-tree-'))
  readonly #bare: string | undefined
  #hour = 0

  /** By default all is in one folder; else `bare` is the repository, and the other one has only files. */
  constructor(bare?: string) {
    this.#bare = bare
  }

  async git(...args: string[]): Promise<string> {
    return await this.#run('git', args)
  }

  async #run(program: string, args: readonly string[]): Promise<string> {
    const date = `2026-10-10T${String(this.#hour).padStart(2, '0')}:00:00Z`
    const folders = this.#bare === undefined ? {} : { GIT_DIR: this.#bare, GIT_WORK_TREE: this.folder }
    const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, ...folders }
    const { code, stdout, stderr } = await runProgram(this.folder, program, args, env)
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }

  async start(): Promise<void> {
    if (this.#bare === undefined) await this.git('init', '--quiet', '--initial-branch=master')
    else await git(this.folder, 'init', '--quiet', '--bare', '--initial-branch=master', this.#bare)
    await this.commit({ README: 'Lamps.\n' }, 'Begin')
  }

  /** Commits files and returns the id. */
  async commit(files: Record<string, string>, message: string, author = OLA): Promise<string> {
    this.#hour++
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text)
    return await this.#run('sh', ['-c', COMMIT, '', author, message])
  }

  /** The newest commit as it would be mailed. */
  async diff(): Promise<string> {
    return `${await this.git('show', '--format=', '-p')}\n`
  }
}

/** The text of a file, each line of it unlike those of other names. */
export const textOf = (name: string, lines = 12) =>
  Array.from({ length: lines }, (_, index) => `${name} line ${index}\n`).join('')

/** A patch as it is mailed to the lamps' list. */
export const mailOf = (id: string, subject: string, diff: string, { from = OLA, intro = 'Text.' } = {}) =>
  Buffer.from(
    [
      `From: ${from}`,
      `Subject: ${subject}`,
      'Date: Mon, 05 Oct 2026 10:00:00 +0000',
      `Message-Id: <${id}@x>`,
      'List-ID: <lamps.example.org>',
      '',
      `${intro}\n---\n${diff}`,
    ].join('\n'),
  )
