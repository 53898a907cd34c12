import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { type Outcome, runProgram } from '../support/program.js'

const PATCHWORK = resolve('bin', 'patchwork')

describeOnEach('the built program', (fixture) => {
  async function run(...argv: string[]): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-built-'))
    writeFileSync(join(folder, 'mail'), mail())
    const environment = { PATCHWORK_DATABASE_URL: fixture.url, PATCHWORK_PIPE_SOCKET: 'none' }
    return await runProgram(folder, process.execPath, [PATCHWORK, ...argv], environment)
  }

  it('prints what a command has to say, and nothing else', async () => {
    await addLamps(fixture.db)
    const listed = 'lamps\tLamps\tlamps.example.org\tlamps@example.org\n'
    expect(await run('project', 'list')).toEqual({ code: 0, stdout: listed, stderr: '' })
    expect(await run('parsemail', 'mail')).toEqual({ code: 0, stdout: 'patch 1\n', stderr: '' })
    expect(await run('parsearchive', 'mail')).toMatchObject({ code: 0, stderr: '' })
  })
})
