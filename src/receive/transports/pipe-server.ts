import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { Context } from '../../config/context.js'
import { LIMITS } from '../../mail/limits.js'
import { type PipedMail, takePipedMail } from './piped-mail.js'
import type { Transport } from './transport.js'
import { removeStaleSocket } from './unix-socket.js'

/** Bytes of the line before a mail. */
const MAX_HEAD = 4096

/** Only the user of the server: others need not be able to write to its database. */
const SOCKET_MODE = 0o600

/** What precedes a mail, as a line of JSON: its bytes, since a mail that is shorter was broken off and is not taken. */
interface Head {
  readonly size: number
  readonly listId?: string
}

/**
 * Takes mails of `parsemail` on a UNIX socket, so that it need not open the database itself. The client sends a line of
 * JSON (`Head`) and the mail, closes its side, and reads a `PipeResult` as JSON once the mail is in the journal and
 * processed. A client that hears nothing takes the mail itself: the journal knows it by its digest. Undefined if the
 * socket cannot be opened, such as while another server has it.
 */
export async function startPipeServer(context: Context, path: string): Promise<Transport | undefined> {
  const pipe = new PipeServer(context)
  try {
    await pipe.listen(path)
  } catch (error) {
    context.log.info({ err: error }, 'no pipe socket, parsemail will open the database itself')
    return undefined
  }
  return { name: `parsemail at ${path}`, close: () => pipe.close() }
}

class PipeServer {
  readonly #context: Context
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #working = new Set<Promise<void>>()

  constructor(context: Context) {
    this.#context = context
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    this.#server.maxConnections = context.config.lmtpConnections
  }

  async listen(path: string): Promise<void> {
    await removeStaleSocket(path)
    this.#server.listen(path)
    await once(this.#server, 'listening')
    await chmod(path, SOCKET_MODE)
  }

  /** Finishes the mails that it has; clients that are still sending take theirs themselves. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) if (!socket.readableEnded) socket.destroy()
    await Promise.all(this.#working)
    for (const socket of this.#sockets) socket.destroySoon()
    await closed
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setTimeout(this.#context.config.lmtpTimeout * 1000, () => socket.destroy())
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket))
    const work = this.#take(socket)
      .catch(() => void socket.destroy())
      .finally(() => this.#working.delete(work))
    this.#working.add(work)
  }

  async #take(socket: Socket): Promise<void> {
    const mail = await readMail(socket)
    if (!mail) return void socket.destroy()
    // From here on it takes as long as it takes.
    socket.setTimeout(0)
    const { db, now } = this.#context
    socket.end(JSON.stringify(await takePipedMail(db, mail, now)))
  }
}

/** Reads what a client sends; undefined for anything that is not a whole mail. */
async function readMail(socket: Socket): Promise<PipedMail | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_HEAD + LIMITS.mailBytes + 1) return undefined
    chunks.push(chunk)
  }
  const all = Buffer.concat(chunks)
  const end = all.subarray(0, MAX_HEAD).indexOf('\n')
  const head = end < 0 ? undefined : parseHead(all.toString('utf8', 0, end))
  const bytes = all.subarray(end + 1)
  return head?.size === bytes.length ? { bytes, listId: head.listId } : undefined
}

function parseHead(text: string): Head | undefined {
  try {
    const { size, listId } = JSON.parse(text) as Partial<Record<keyof Head, unknown>>
    if (typeof size !== 'number' || (listId !== undefined && typeof listId !== 'string')) return undefined
    return { size, ...(listId !== undefined && { listId }) }
  } catch {
    return undefined
  }
}
