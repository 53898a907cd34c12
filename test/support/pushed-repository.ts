import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './program.js'

const OLA = 'Ola Nordlys <ola@example.org>'

/** A repository of a project, whose branch is moved as people push. */
export class PushedRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'patchwork-tree-'))
  #hour = 0

  async git(...args: string[]): Promise<string> {
    const date = `2026-10-10T${String(this.#hour).padStart(2, '0')}:00:00Z`
    const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    const { code, stdout, stderr } = await runProgram(this.folder, 'git', args, env)
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }

  async start(): Promise<void> {
    await this.git('init', '--quiet', '--initial-branch=master')
    await this.commit({ README: 'Lamps.\n' }, 'Begin')
  }

  /** Commits files and returns the id. */
  async commit(files: Record<string, string>, message: string, author = OLA): Promise<string> {
    this.#hour++
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text)
    await this.git('add', '--all')
    await this.git('commit', '--quiet', `--author=${author}`, '-m', message)
    return await this.git('rev-parse', 'HEAD')
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
