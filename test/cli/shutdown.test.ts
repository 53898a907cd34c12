import { mkdtempSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, inject, it } from 'vitest'
import { listMail } from '../../src/domain/outbox/queries.js'
import { insertMail } from '../../src/domain/outbox/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { toTime } from '../../src/util/time.js'
import { describeOnEach, type Fixture, makeDatabase } from '../support/database.js'
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

/** Everything that can stall, and what starts a server that meets it; resolves once it does. */
const STALLED: Record<string, (fixture: Fixture) => Promise<ServerProcess>> = {
  'an HTTP client within its head': async ({ url }) => {
    const server = await start(url)
    client(server.port, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    return server
  },
  'an HTTP client within its body': async ({ url }) => {
    const server = await start(url)
    client(
      server.port,
      'POST /user/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nusername=',
    )
    return server
  },
  'an HTTP client that reads no answers': async ({ url }) => {
    const server = await start(url)
    client(server.port, 'GET /api/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(2000))
    return server
  },
  'a sender of mail within a mail': async ({ url }) => {
    const server = await start(url)
    const sender = await LmtpSender.open(server.lmtpAddress)
    await sender.begin(['lamps@example.org'])
    sender.write('Subject: half a')
    return server
  },
  'an IMAP server before its greeting': async ({ url }) => {
    const peer = await StalledPeer.listen()
    const server = await start(url, { PATCHWORK_IMAP: `imap://u:p@${peer.address}/INBOX?tls=off` })
    await until(() => peer.connections > 0)
    return server
  },
  'an IMAP server after its greeting': async ({ url }) => {
    const peer = await StalledPeer.listen('* OK [CAPABILITY IMAP4rev1] ready\r\n')
    const server = await start(url, { PATCHWORK_IMAP: `imap://u:p@${peer.address}/INBOX?tls=off` })
    await until(() => peer.connections > 0)
    return server
  },
  'a mail server before its greeting': async (fixture) => {
    await queueMail(fixture)
    const peer = await StalledPeer.listen()
    const server = await start(fixture.url, { PATCHWORK_MAIL: `smtp://${peer.address}` })
    await until(() => peer.connections > 0)
    return server
  },
  'a mail server within a mail': async (fixture) => {
    await queueMail(fixture)
    const peer = await StalledPeer.listen('220 hello\r\n', [
      '250 mail.example.org\r\n',
      '250 sender\r\n',
      '250 recipient\r\n',
      '354 go on\r\n',
    ])
    const server = await start(fixture.url, { PATCHWORK_MAIL: `smtp://${peer.address}` })
    await until(() => peer.connections > 0)
    return server
  },
  'receivers of webhooks': async ({ db, url }) => {
    await addLamps(db)
    await ingest(db, mail(), { now: new Date() })
    const peer = await StalledPeer.listen()
    // More than are tried at once, so that some wait for a place.
    for (let count = 0; count < 30; count++) await insertHook(db, { address: `http://${peer.address}/` })
    await happen(db, 1, toTime(new Date()))
    const server = await start(url, { PATCHWORK_WEBHOOK_NETWORKS: '127.0.0.0/8' })
    await until(() => peer.connections > 5)
    return server
  },
  'a git server': async ({ url }) => {
    const peer = await StalledPeer.listen()
    const server = await start(url, {
      PATCHWORK_INBOXES: `http://${peer.address}/lamps, git://${peer.address}/lamps`,
      PATCHWORK_INBOX_FOLDER: mkdtempSync(join(tmpdir(), 'patchwork-clones-')),
    })
    await until(() => peer.connections > 0 && server.children().some((line) => line.startsWith('git ')))
    return server
  },
  'a git that cannot be asked to end': ({ url }) => startWithDeafGit(url),
}

/** A git that ignores the signal to end, as does what it starts. */
async function startWithDeafGit(url: string): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-git-'))
  writeFileSync(join(folder, 'git'), '#!/bin/sh\ntrap "" TERM\nsleep 3600 &\nwait\nsleep 3600\n', {
    mode: 0o755,
  })
  const server = await start(url, {
    PATH: `${folder}:${process.env.PATH}`,
    PATCHWORK_INBOXES: 'https://lore.example.org/lamps',
    PATCHWORK_INBOX_FOLDER: join(folder, 'clones'),
  })
  await until(() => server.children().some((line) => line.startsWith('sleep')))
  return server
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
  it('waits for nothing that has stalled, and leaves nothing behind', async () => {
    const found = Object.entries(STALLED).map(async ([name, meet]) => {
      // Of its own, since all of them run at once.
      const own = await makeDatabase(fixture)
      const server = await meet(own)
      const ended = await server.stop()
      const leased = own.db.selectFrom('webhooks').select('id').where('leased', 'is not', null)
      expect(await leased.execute(), name).toEqual([])
      const mails = await listMail(own.db, ['waiting', 'sending', 'sent', 'failed'], 10)
      await own.db.destroy()
      expect(ended, name).toEqual(BY_ITSELF)
      expect(server.children(), name).toEqual([])
      for (const { state, reason } of mails)
        expect([state, reason], name).toEqual(['waiting', 'Patchwork was stopped meanwhile.'])
    })
    await Promise.all(found)
  })

  it('ends at once when it is asked twice, and nothing that it started is left', async () => {
    const server = await startWithDeafGit(fixture.url)
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
