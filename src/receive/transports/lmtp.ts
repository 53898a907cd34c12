import { chmod } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Context } from '../../config/context.js'
import type { Listener } from '../../config/settings.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { Invalid } from '../../util/errors.js'
import type { Receiver } from './receiver.js'
import { removeStaleSocket } from './unix-socket.js'

export interface LmtpServer {
  /** In the form of mail server configurations: `inet:HOST:PORT` or `unix:PATH`. */
  readonly address: string
  /** Accepts no more connections, and lets open ones finish within a time limit. */
  close(): Promise<void>
}

/** The reply that makes a sender try again later (RFC 5321, 4.2.3). */
const NOT_NOW = 451

const MAX_RECIPIENTS = 1000

/** Time for open connections to finish when the server stops, in milliseconds. */
const CLOSING = 3000

/** Any local user may deliver mail, just as any sender on the Internet may. */
const SOCKET_MODE = 0o666

/**
 * Receives mail by LMTP (RFC 2033). The reply for each recipient is 250 only after the mail is durable in the journal;
 * all recipients are accepted, because the mail's list determines its project. Throws Invalid if the
 * address cannot be listened on.
 */
export async function startLmtp(
  { config, log, db }: Pick<Context, 'config' | 'log' | 'db'>,
  receiver: Receiver,
  address: Listener,
): Promise<LmtpServer> {
  const { lmtpSize, lmtpConnections, lmtpTimeout } = config
  const server = new SMTPServer({
    lmtp: true,
    name: hostname(),
    size: lmtpSize,
    rejectOversized: true,
    maxClients: lmtpConnections,
    maxRecipients: MAX_RECIPIENTS,
    socketTimeout: lmtpTimeout * 1000,
    closeTimeout: CLOSING,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    onData: (stream, session, callback) => {
      void takeMail(stream, session, callback)
    },
  })
  const takeMail = async (stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply) => {
    try {
      const bytes = await readWithin(stream, lmtpTimeout * 1000, () => end(server, session))
      if (bytes === undefined) return
      // The server itself rejects it permanently.
      if (stream.sizeExceeded) return reply(null)
      await receiver.receive({ bytes, source: 'lmtp' })
      reply(
        null,
        session.envelope.rcptTo.map(() => 'The mail is in the journal.'),
      )
    } catch (error) {
      log.error({ err: error }, 'mail could not be journalled')
      // The sender may know no more than the reply.
      const reason = capabilities(db).isUnavailable(error)
        ? 'The database is not available'
        : 'Something went wrong'
      reply(answer(NOT_NOW, `${reason}; try again later.`))
    }
  }
  server.on('error', (error) => log.info({ err: error }, 'LMTP connection lost'))
  await listen(server, address)
  return { address: written(server, address), close: () => new Promise((resolve) => server.close(resolve)) }
}

/** Ends one transaction: with one error for all recipients, or a reply for each. */
type Reply = (error: Error | null, answers?: string[]) => void

function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** The server can end all connections; a session identifies its own. */
function end(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections)
    if ((connection.session as { id?: string }).id === session.id) connection.close()
}

/**
 * The bytes of one mail, up to the size limit. Undefined if the sender disconnected or exceeded
 * the time limit: a sender with a byte a minute must not occupy a connection forever.
 */
async function readWithin(
  stream: SMTPServerDataStream,
  milliseconds: number,
  onLate: () => void,
): Promise<Buffer | undefined> {
  const timer = setTimeout(() => {
    onLate()
    stream.destroy()
  }, milliseconds)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

async function listen(server: SMTPServer, address: Listener): Promise<void> {
  if ('path' in address) await removeStaleSocket(address.path)
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => reject(cannotListen(address, error))
    server.server.once('error', onError)
    server.server.listen('path' in address ? { path: address.path } : address, () => {
      server.server.off('error', onError)
      resolve()
    })
  })
  if ('path' in address) await chmod(address.path, SOCKET_MODE)
}

function cannotListen(address: Listener, error: Error): Invalid {
  const where = 'path' in address ? address.path : `${address.host}:${address.port}`
  return new Invalid(`LMTP cannot listen on ${where}: ${error.message}.`)
}

function written(server: SMTPServer, address: Listener): string {
  if ('path' in address) return `unix:${address.path}`
  const { port } = server.server.address() as AddressInfo
  return `inet:${address.host.includes(':') ? `[${address.host}]` : address.host}:${port}`
}
