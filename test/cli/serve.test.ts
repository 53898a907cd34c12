import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'

const PATCHWORK = resolve(import.meta.dirname, '../../bin/patchwork')

/** Starts the server three times, one after the other, on a socket that it holds: what systemd does. */
const SUPERVISOR = `for round in 1 2 3; do
  sh -c 'echo "pid $$"; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" "$1" serve' "$0" "$1" || exit
done`

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

  async function supervise(): Promise<{ port: number; pids: number[]; child: ChildProcess }> {
    const socket: Server = createServer()
    socket.listen(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address() as AddressInfo
    // oxlint-disable-next-line eslint/no-underscore-dangle -- Node.js has no other way to pass a socket on.
    const { fd } = (socket as unknown as { _handle: { fd: number } })._handle
    const database = join(mkdtempSync(join(tmpdir(), 'patchwork-serve-')), 'test.db')
    const child = spawn('sh', ['-c', SUPERVISOR, process.execPath, PATCHWORK], {
      env: { ...process.env, PATCHWORK_DATABASE_URL: `sqlite:${database}` },
      stdio: ['ignore', 'pipe', 'inherit', fd],
    })
    supervisor = child
    const pids: number[] = []
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const [, pid] of chunk.toString().matchAll(/^pid (\d+)$/gm)) pids.push(Number(pid))
    })
    socket.close()
    return { port, pids, child }
  }

  it('is restarted without refusing anybody', async () => {
    const { port, pids, child } = await supervise()
    const ended = once(child, 'exit')
    const statuses = new Set<number>()
    const until = { isOver: false }
    const clients = [1, 2, 3].map(async () => {
      while (!until.isOver) statuses.add(await ask(port))
    })
    for (const round of [1, 2]) {
      while (pids.length < round) await sleep(20)
      await ask(port)
      process.kill(pids[round - 1] as number, 'SIGTERM')
    }
    while (pids.length < 3) await sleep(20)
    expect(await ask(port)).toBe(200)
    until.isOver = true
    await Promise.all(clients)
    process.kill(pids[2] as number, 'SIGTERM')
    expect(await ended).toEqual([0, null])
    expect([...statuses]).toEqual([200])
  })
})
