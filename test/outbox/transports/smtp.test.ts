import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, it } from 'vitest'
import { smtpTransport } from '../../../src/outbox/transports/smtp.js'
import {
  type Composed,
  Refused,
  type Transport,
  Unreachable,
} from '../../../src/outbox/transports/transport.js'

const MAIL: Composed = {
  messageId: '1@example.org',
  from: 'patchwork@example.org',
  to: 'ann@example.org',
  raw: Buffer.from('Subject: One\r\n\r\nbefore\r\n.\r\nafter\r\n'),
}

const servers: SMTPServer[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(resolve))
})

interface Received {
  from: string
  to: string[]
  text: string
}

/** A mail server on a free port, what it has received, and our way to it. */
async function startServer(
  options: SMTPServerOptions = {},
): Promise<{ received: Received[]; transport: Transport; port: number }> {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return { received, port, transport: smtpTransport(settings(port)) }
}

function settings(port: number, change: object = {}) {
  const none = { user: undefined, password: undefined }
  return { kind: 'smtp', host: '127.0.0.1', port, isSecure: false, tls: 'off', ...none, ...change } as const
}

const answer = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })
/** Ends only what hangs. */
const HANG_MS = 600_000

const send = (transport: Transport) => transport.send(MAIL, AbortSignal.timeout(HANG_MS))

const refusing = (code: number) =>
  startServer({ onRcptTo: (_address, _session, callback) => callback(answer(code, 'no')) })

it('hands a mail over as it is', async () => {
  const { received, transport } = await startServer()
  await send(transport)
  expect(received).toEqual([
    { from: 'patchwork@example.org', to: ['ann@example.org'], text: MAIL.raw.toString() },
  ])
})

it('knows what will never be taken from what may be taken later', async () => {
  await expect(send((await refusing(550)).transport)).rejects.toBeInstanceOf(Refused)
  const later = send((await refusing(451)).transport)
  await expect(later).rejects.toThrow('451 no')
  await expect(later).rejects.not.toBeInstanceOf(Refused)
})

it('knows when nobody is there, or nobody who knows us', async () => {
  const { port } = await startServer()
  await expect(send(smtpTransport(settings(1)))).rejects.toBeInstanceOf(Unreachable)
  const wrong = smtpTransport(settings(port, { user: 'me', password: 'wrong' }))
  await expect(send(wrong)).rejects.toBeInstanceOf(Unreachable)
})

it('sends no password in the clear where TLS is required', async () => {
  const asked: string[] = []
  const { port } = await startServer({
    allowInsecureAuth: true,
    onAuth(auth, _session, callback) {
      asked.push(auth.password ?? '')
      callback(null, { user: 'me' })
    },
  })
  const transport = smtpTransport(settings(port, { user: 'me', password: 'secret', tls: 'required' }))
  await expect(send(transport)).rejects.toBeInstanceOf(Unreachable)
  expect(asked).toEqual([])
})

it('gives up a mail server that says nothing', async () => {
  const { transport } = await startServer({ onRcptTo: () => {} })
  await expect(transport.send(MAIL, AbortSignal.timeout(100))).rejects.toThrow()
})
