import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { Connections } from '../../../src/cli/workers/connections.js'
import { MAX_UNANSWERED } from '../../../src/cli/workers/hang-watch.js'
import { Supervisor } from '../../../src/cli/workers/supervisor.js'
import { WorkerProcess } from '../../../src/cli/workers/worker-process.js'
import { readConfig } from '../../../src/config/config.js'
import type { Log } from '../../../src/util/log.js'
import { until } from '../../support/until.js'

const folder = mkdtempSync(join(tmpdir(), 'patchwork-supervisor-'))
const program = process.argv[1]
afterEach(() => {
  process.argv[1] = program as string
  vi.restoreAllMocks()
})

/** Workers of this program serve nothing; the first one that gets the role does something with it. */
function writeWorker(hadRole: string, onRole: string): string {
  const path = join(folder, 'worker.mjs')
  writeFileSync(
    path,
    `import { existsSync, writeFileSync } from 'node:fs'
const hadRole = ${JSON.stringify(hadRole)}
let isMute = false
process.on('message', ({ call, id }) => {
  if (call === 'stop') process.disconnect()
  else if (isMute && call === 'ping') return
  else if (call === 'takeRole' && !existsSync(hadRole)) {
    writeFileSync(hadRole, '')
    ${onRole}
  }
  if (id > 0 && process.connected) process.send({ result: id, value: [] })
})
`,
  )
  return path
}

const makeLog = () => ({ info: vi.fn(), warn: vi.fn(), error: vi.fn() })

function makeSupervisor(log: ReturnType<typeof makeLog>, environment: NodeJS.ProcessEnv = {}): Supervisor {
  return new Supervisor({
    config: readConfig(environment),
    log: log as unknown as Log,
    workers: 2,
    host: '127.0.0.1',
    port: 0,
    listensOn: [],
    role: { cron: true },
  })
}

it('stops when it is asked to, although the first worker died while it opened the transports', async () => {
  const died = join(folder, 'died')
  process.argv[1] = writeWorker(died, 'process.exit(1)')
  vi.spyOn(console, 'log').mockReturnValue()
  const log = makeLog()
  const stopped = Promise.withResolvers<void>()
  const running = makeSupervisor(log).run(stopped.promise, {})
  await until(() => log.info.mock.calls.some(([, text]) => text === 'worker receives mail and runs jobs'))
  expect(existsSync(died)).toBe(true)
  stopped.resolve()
  await running
})

const EVERY_MS = 10_000

/** Starts two workers, of which the first does not answer pings any more, and resolves with it. */
async function startWithMute(environment: NodeJS.ProcessEnv = {}) {
  process.argv[1] = writeWorker(join(mkdtempSync(join(folder, 'role-')), 'had'), 'isMute = true')
  const log = makeLog()
  const stopped = Promise.withResolvers<void>()
  const opened = vi.spyOn(Connections.prototype, 'open')
  const running = makeSupervisor(log, environment).run(stopped.promise, {})
  const holder = () =>
    log.info.mock.calls.find(([, text]) => text === 'worker receives mail and runs jobs')?.[0] as
      | { worker: number }
      | undefined
  await until(() => holder() !== undefined && opened.mock.calls.length === 2)
  const stop = async () => {
    stopped.resolve()
    await running
  }
  return { log, opened, mute: holder()?.worker as number, stop }
}

/** Has time pass for the supervisor, and waits for those who answer. */
async function pass(checks: number, mute: number, ping: MockInstance<WorkerProcess['ping']>) {
  for (let check = 0; check < checks; check++) {
    vi.advanceTimersByTime(EVERY_MS)
    const { contexts, results } = ping.mock
    for (const [index, { value }] of results.entries())
      if ((contexts[index] as WorkerProcess).pid !== mute) await value
  }
}

describe('a worker that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval'] })
    vi.spyOn(console, 'log').mockReturnValue()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is ended and replaced, and no other one', async () => {
    const ping = vi.spyOn(WorkerProcess.prototype, 'ping')
    const { log, opened, mute, stop } = await startWithMute()
    await pass(MAX_UNANSWERED, mute, ping)
    expect(log.error).not.toHaveBeenCalled()
    await pass(1, mute, ping)
    expect(log.error.mock.calls).toEqual([[{ worker: mute }, expect.stringContaining('does not respond')]])
    await until(() => opened.mock.calls.length === 3)
    expect(log.warn.mock.calls).toEqual([
      [expect.objectContaining({ worker: mute, signal: 'SIGKILL' }), expect.anything()],
    ])
    await stop()
  })

  it('is left alone without a limit', async () => {
    const ping = vi.spyOn(WorkerProcess.prototype, 'ping')
    const { log, mute, stop } = await startWithMute({ PATCHWORK_WORKER_TIMEOUT: '0' })
    await pass(MAX_UNANSWERED + 1, mute, ping)
    expect(ping).not.toHaveBeenCalled()
    expect(log.error).not.toHaveBeenCalled()
    await stop()
  })
})
