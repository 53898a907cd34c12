import { mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, inject, it } from 'vitest'
import { listMail } from '../../src/domain/outbox/queries.js'
import { insertMail } from '../../src/domain/outbox/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { toTime } from '../../src/util/time.js'
import { describeOnEach, type Fixture } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { LmtpSender } from '../support/lmtp.js'
import { mail } from '../support/mail.js'
import { type Ended, ServerProcess } from '../support/server-process.js'
import { until } from '../support/until.js'
import { happen, insertHook } from '../support/webhooks.js'

/** A server that greets each connection, answers what it hears as long as there are answers, and is silent then. */
class StalledPeer {
  readonly #server: Server
  readonly #sockets: Socket[] = []
  connections = 0

  private constructor(greeting: string, answers: readonly string[]) {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket)
      this.connections++
      const left = [...answers]
      socket.on('error', () => {})
      socket.write(greeting)
      socket.on('data', () => socket.write(left.shift() ?? ''))
    })
  }

  static async listen(greeting = '', answers: readonly string[] = []): Promise<StalledPeer> {
    const peer = new StalledPeer(greeting, answers)
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve))
    closing.push(() => peer.close())
    return peer
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

const closing: (() => void)[] = []
const servers: ServerProcess[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  for (const server of servers.splice(0)) await server.kill()
})

/** Starts a server that has all the time of a busy machine to end by itself. */
async function start(url: string, environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(url, {
    PATCHWORK_LOG_LEVEL: 'silent',
    PATCHWORK_SHUTDOWN_TIMEOUT: '3600',
    ...environment,
  })
  servers.push(server)
  return server
}

/** A client that sends some bytes and reads nothing. */
function client(port: number, bytes: string): void {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {}).write(bytes)
  socket.pause()
  closing.push(() => socket.destroy())
}

/** How a server may end: by itself, or by its limit. */
const BY_ITSELF: Ended = { code: 0, signal: null, stderr: '' }
const BY_LIMIT: Ended = {
  code: 1,
  signal: null,
  stderr: 'patchwork: the server did not stop in time and was terminated.\n',
}

async function queueMail({ db }: Fixture): Promise<void> {
  const now = toTime(new Date())
  await insertMail(
    db,
    { kind: 'confirmation', recipient: 'a@example.org', subject: 'Key', body: '42\n' },
    now,
  )
}

/** Something that stalls: what a server needs to meet it, and what resolves once it has. */
interface Stalled {
  environment?: NodeJS.ProcessEnv
  meet: (server: ServerProcess) => void | Promise<void>
}

async function stalledImap(greeting?: string): Promise<Stalled> {
  const peer = await StalledPeer.listen(greeting)
  return {
    environment: { PATCHWORK_IMAP: `imap://u:p@${peer.address}/INBOX?tls=off` },
    meet: () => until(() => peer.connections > 0),
  }
}

async function stalledMailServer(
  fixture: Fixture,
  greeting?: string,
  answers?: readonly string[],
): Promise<Stalled> {
  await queueMail(fixture)
  const peer = await StalledPeer.listen(greeting, answers)
  return {
    environment: { PATCHWORK_MAIL: `smtp://${peer.address}` },
    meet: () => until(() => peer.connections > 0),
  }
}

const LATE: Record<string, (fixture: Fixture) => Promise<Stalled>> = {
  'an IMAP server after its greeting': () => stalledImap('* OK [CAPABILITY IMAP4rev1] ready\r\n'),
  'a mail server within a mail': (fixture) =>
    stalledMailServer(fixture, '220 hello\r\n', [
      '250 mail.example.org\r\n',
      '250 sender\r\n',
      '250 recipient\r\n',
      '354 go on\r\n',
    ]),
  'a git that cannot be asked to end': async () => stalledDeafGit(),
}

const EARLY: Record<string, (fixture: Fixture) => Promise<Stalled>> = {
  'an HTTP client within its head': async () => ({
    meet: ({ port }) => client(port, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n'),
  }),
  'an HTTP client within its body': async () => ({
    meet: ({ port }) =>
      client(
        port,
        'POST /user/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nusername=',
      ),
  }),
  'an HTTP client that reads no answers': async () => ({
    meet: ({ port }) => client(port, 'GET /api/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(2000)),
  }),
  'a sender of mail within a mail': async () => ({
    meet: async ({ lmtpAddress }) => {
      const sender = await LmtpSender.open(lmtpAddress)
      await sender.begin(['lamps@example.org'])
      sender.write('Subject: half a')
    },
  }),
  'an IMAP server before its greeting': () => stalledImap(),
  'a mail server before its greeting': (fixture) => stalledMailServer(fixture),
  'receivers of webhooks': async ({ db }) => {
    await addLamps(db)
    await ingest(db, mail(), { now: new Date() })
    const peer = await StalledPeer.listen()
    // More than are tried at once, so that some wait for a place.
    for (let count = 0; count < 30; count++) await insertHook(db, { address: `http://${peer.address}/` })
    await happen(db, 1, toTime(new Date()))
    return {
      environment: { PATCHWORK_WEBHOOK_NETWORKS: '127.0.0.0/8' },
      meet: () => until(() => peer.connections > 5),
    }
  },
  'a git server': async () => {
    const peer = await StalledPeer.listen()
    return {
      environment: {
        PATCHWORK_INBOXES: `http://${peer.address}/lamps, git://${peer.address}/lamps`,
        PATCHWORK_INBOX_FOLDER: mkdtempSync(join(tmpdir(), 'patchwork-clones-')),
      },
      meet: (server) =>
        until(() => peer.connections > 0 && server.children().some((line) => line.startsWith('git '))),
    }
  },
}

/** Everything that can stall, by the servers that meet it: one that waits for any of it does not end by itself. */
const STALLED = { early: EARLY, late: LATE }

/** A git that ignores the signal to end, as does what it starts. */
function stalledDeafGit(): Stalled {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-git-'))
  writeFileSync(join(folder, 'git'), '#!/bin/sh\ntrap "" TERM\nsleep 3600 &\nwait\nsleep 3600\n', {
    mode: 0o755,
  })
  return {
    environment: {
      PATH: `${folder}:${process.env.PATH}`,
      PATCHWORK_INBOXES: 'https://lore.example.org/lamps',
      PATCHWORK_INBOX_FOLDER: join(folder, 'clones'),
    },
    meet: (server) => until(() => server.children().some((line) => line.startsWith('sleep'))),
  }
}

/** A proxy to a server; a call makes it stop answering. */
async function startProxy(target: {
  host: string
  port: number
}): Promise<{ port: number; stall: () => void }> {
  let isStalled = false
  const pairs: Socket[] = []
  const server = createServer((near) => {
    const far = connect(target)
    pairs.push(near, far)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => {})
      from.on('data', (chunk) => isStalled || to.write(chunk))
      from.on('close', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.close()
    for (const socket of pairs) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, stall: () => void (isStalled = true) }
}

const isReached = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

describeOnEach('a server that is stopped', (fixture) => {
  it.each(Object.entries(STALLED))(
    'waits for nothing that has stalled, and leaves nothing behind: %s',
    async (_, parts) => {
      const stalled: Stalled[] = []
      for (const prepare of Object.values(parts)) stalled.push(await prepare(fixture))
      const server = await start(
        fixture.url,
        Object.assign({}, ...stalled.map(({ environment }) => environment)),
      )
      await Promise.all(stalled.map(async ({ meet }) => await meet(server)))
      expect(await server.stop()).toEqual(BY_ITSELF)
      const { db } = fixture
      expect(await db.selectFrom('webhooks').select('id').where('leased', 'is not', null).execute()).toEqual(
        [],
      )
      const mails = await listMail(db, ['waiting', 'sending', 'sent', 'failed'], 10)
      expect(server.children()).toEqual([])
      expect(mails.map(({ state, reason }) => [state, reason])).toEqual([
        ['waiting', 'Patchwork was stopped meanwhile.'],
      ])
    },
  )

  it('ends at once when it is asked twice, and nothing that it started is left', async () => {
    const { environment, meet } = stalledDeafGit()
    const server = await start(fixture.url, environment)
    await meet(server)
    client(server.port, 'POST /user/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nuser')
    const ended = server.stop()
    await until(async () => !(await isReached(server.port)))
    server.signal('SIGTERM')
    // Neither had the time to end by itself.
    expect(await ended).toEqual({ code: 1, signal: null, stderr: '' })
    await until(() => server.children().length === 0)
  })
})

it('a server that is stopped does not wait for a database that has fallen silent', async () => {
  const url = new URL(inject('postgresUrl'))
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) })
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  const server = await start(url.href, { PATCHWORK_SHUTDOWN_TIMEOUT: '1' })
  proxy.stall()
  client(server.port, 'GET /api/patches/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  expect(await server.stop()).toEqual(BY_LIMIT)
})
