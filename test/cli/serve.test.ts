import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { endWithFile } from '../support/children.js'

const PATCHWORK = resolve(import.meta.dirname, '../../bin/patchwork')

/** Starts the server some times, one after the other, on a socket that it holds: what systemd does. */
const SUPERVISOR = `for round in $(seq "$2"); do
  sh -c 'echo "pid $$"; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" "$1" serve' "$0" "$1"
  echo "end $?"
done`

/** How often it is asked to end as soon as it can be. */
const ROUNDS = 6

interface Supervised {
  port: number
  child: ChildProcess
  /** The servers that were started, those that listened, and with what those that ended did so. */
  pids: number[]
  listening: number[]
  ends: number[]
}

/** A request on a connection of its own. */
async function ask(port: number): Promise<number> {
  const agent = new Agent({ keepAlive: false })
  const [answer] = await once(get({ port, host: '127.0.0.1', path: '/api/', agent }), 'response')
  answer.resume()
  await once(answer, 'end')
  return answer.statusCode as number
}

describe('a server on a socket that is held for it', () => {
  let supervisor: ChildProcess | undefined
  afterEach(() => supervisor?.kill())

  async function supervise(rounds: number, environment: NodeJS.ProcessEnv = {}): Promise<Supervised> {
    const socket: Server = createServer()
    socket.listen(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address() as AddressInfo
    // oxlint-disable-next-line eslint/no-underscore-dangle -- Node.js has no other way to pass a socket on.
    const { fd } = (socket as unknown as { _handle: { fd: number } })._handle
    const database = join(mkdtempSync(join(tmpdir(), 'patchwork-serve-')), 'test.db')
    const child = endWithFile(
      spawn('sh', ['-c', SUPERVISOR, process.execPath, PATCHWORK, String(rounds)], {
        env: {
          ...process.env,
          // It has all the time of a busy machine to end by itself.
          PATCHWORK_SHUTDOWN_TIMEOUT: '3600',
          ...environment,
          PATCHWORK_DATABASE_URL: `sqlite:${database}`,
        },
        stdio: ['ignore', 'pipe', 'inherit', fd],
      }),
    )
    supervisor = child
    const served: Supervised = { port, child, pids: [], listening: [], ends: [] }
    const kinds = { pid: served.pids, 'Listening on': served.listening, end: served.ends }
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const [, kind, number] of chunk.toString().matchAll(/^(pid|Listening on|end)(?: (\d+))?/gm))
        kinds[kind as keyof typeof kinds].push(Number(number))
    })
    socket.close()
    return served
  }

  it.each(['1', '2'])('is restarted without refusing anybody, with %s workers', async (workers) => {
    const served = await supervise(3, { PATCHWORK_WORKERS: workers })
    expect(await restart(served, 2, () => ask(served.port))).toEqual([200])
    const ended = once(served.child, 'exit')
    process.kill(served.pids[2] as number, 'SIGTERM')
    await ended
    expect(served.ends).toEqual([0, 0, 0])
  })

  it('refuses nobody where it is asked to end as soon as it listens', async () => {
    const served = await supervise(ROUNDS + 1)
    let round = 0
    expect(
      await restart(served, ROUNDS, async () => {
        round++
        while (served.listening.length < round) await sleep(1)
      }),
    ).toEqual([200])
    const ended = once(served.child, 'exit')
    process.kill(served.pids[ROUNDS] as number, 'SIGTERM')
    await ended
    expect(served.ends).toEqual(Array.from({ length: ROUNDS + 1 }, () => 0))
  })
})

/**
 * Restarts a server so many times, each once `isTime` resolves, while clients ask all the time; gives what they are
 * answered.
 */
async function restart(
  { port, pids, ends }: Supervised,
  times: number,
  isTime: () => Promise<unknown>,
): Promise<number[]> {
  const statuses = new Set<number>()
  const run = { isOver: false }
  const clients = [1, 2, 3].map(async () => {
    while (!run.isOver) statuses.add(await ask(port))
  })
  for (let round = 0; round < times; round++) {
    while (pids.length <= round) await sleep(2)
    await isTime()
    process.kill(pids[round] as number, 'SIGTERM')
    while (ends.length <= round) await sleep(2)
  }
  expect(await ask(port)).toBe(200)
  run.isOver = true
  await Promise.all(clients)
  return [...statuses]
}
