import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { Supervisor } from '../../../src/cli/workers/supervisor.js'
import { readConfig } from '../../../src/config/config.js'
import type { Log } from '../../../src/util/log.js'
import { until } from '../../support/until.js'

const folder = mkdtempSync(join(tmpdir(), 'patchwork-supervisor-'))
const program = process.argv[1]
afterEach(() => {
  process.argv[1] = program as string
  vi.restoreAllMocks()
})

/** Workers of this program serve nothing; the first one that gets the role dies of it. */
function writeWorker(died: string): string {
  const path = join(folder, 'worker.mjs')
  writeFileSync(
    path,
    `import { existsSync, writeFileSync } from 'node:fs'
const died = ${JSON.stringify(died)}
process.on('message', ({ call, id }) => {
  if (call === 'stop') process.disconnect()
  else if (call === 'takeRole' && !existsSync(died)) {
    writeFileSync(died, '')
    process.exit(1)
  } else if (id > 0) process.send({ result: id, value: [] })
})
`,
  )
  return path
}

it('stops when it is asked to, although the first worker died while it opened the transports', async () => {
  const died = join(folder, 'died')
  process.argv[1] = writeWorker(died)
  vi.spyOn(console, 'log').mockReturnValue()
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const stopped = Promise.withResolvers<void>()
  const running = new Supervisor({
    config: readConfig({}),
    log: log as unknown as Log,
    workers: 2,
    host: '127.0.0.1',
    port: 0,
    listensOn: [],
    role: { cron: true },
  }).run(stopped.promise, {})
  await until(() => log.info.mock.calls.some(([, text]) => text === 'worker receives mail and runs jobs'))
  expect(existsSync(died)).toBe(true)
  stopped.resolve()
  await running
})
