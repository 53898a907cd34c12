import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { type Outcome, runProgram } from '../support/program.js'
import { ServerProcess } from '../support/server-process.js'

const PATCHWORK = resolve('bin', 'patchwork')

/** Has a program say which of its bundles are not taken as they were compiled. */
const SAY_REJECTED = `
const vm = require('node:vm')
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options)
    if (this.cachedDataRejected) console.error('not taken: ' + options.filename)
  }
}`

let folder: string
let environment: Record<string, string>
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-built-'))
  const preload = join(folder, 'say-rejected.cjs')
  writeFileSync(preload, SAY_REJECTED)
  writeFileSync(join(folder, 'mail'), mail())
  environment = {
    NODE_OPTIONS: `--require ${preload}`,
    PATCHWORK_PIPE_SOCKET: 'none',
    PATCHWORK_LOG_LEVEL: 'silent',
  }
})

describeOnEach('the built program', (fixture) => {
  const run = (...argv: string[]): Promise<Outcome> =>
    runProgram(folder, process.execPath, [PATCHWORK, ...argv], {
      ...environment,
      PATCHWORK_DATABASE_URL: fixture.url,
    })

  it('is taken as it was compiled, and prints what a command has to say and nothing else', async () => {
    await addLamps(fixture.db)
    const listed = 'lamps\tLamps\tlamps.example.org\tlamps@example.org\n'
    expect(await run('project', 'list')).toEqual({ code: 0, stdout: listed, stderr: '' })
    expect(await run('parsemail', 'mail')).toEqual({ code: 0, stdout: 'patch 1\n', stderr: '' })
    expect(await run('parsearchive', 'mail')).toMatchObject({ code: 0, stderr: '' })
  })

  it('is served as it was compiled', async () => {
    const server = await ServerProcess.start(fixture.url, environment)
    expect(await server.stop()).toEqual({ code: 0, signal: null, stderr: '' })
  })
})
