import type { Context } from '../../config/context.js'
import type { Listener } from '../../config/settings.js'
import { pipeSocketOf } from '../../util/pipe-socket.js'
import { processPending } from '../journal/recovery.js'
import { startPipeServer } from './pipe-server.js'
import { Receiver } from './receiver.js'
import type { Transport } from './transport.js'

/**
 * Opens all configured transports, with `lmtp` in place of the configured address if given, after
 * unfinished mail is processed or `stopping` aborts that. Throws if a transport cannot be opened.
 */
export async function openTransports(
  context: Context,
  lmtp?: Listener,
  stopping?: AbortSignal,
): Promise<Transport[]> {
  const { config } = context
  await finish(context, stopping)
  const ways: Transport[] = []
  const listener = lmtp ?? config.lmtp
  try {
    if (listener) ways.push(await openLmtp(context, listener))
    for (const path of config.maildirs) {
      const { watchMaildir } = await import('./maildir.js')
      ways.push(await watchMaildir(context, path))
    }
    if (config.imap !== undefined) {
      const { watchImap } = await import('./imap.js')
      ways.push(watchImap(context, config.imap))
    }
    const path = pipeSocketOf(config)
    const pipe = path === undefined ? undefined : await startPipeServer(context, path)
    if (pipe) ways.push(pipe)
  } catch (error) {
    await closeAll(ways)
    throw error
  }
  return ways
}

/** Opens an LMTP server and the receiver of its mails. */
export async function openLmtp(context: Context, listener: Listener): Promise<Transport> {
  // Most servers use other transports, or none.
  const { startLmtp } = await import('./lmtp.js')
  const receiver = new Receiver(context)
  const server = await startLmtp(context, receiver, listener)
  return {
    name: `LMTP at ${server.address}`,
    close: async () => {
      await server.close()
      await receiver.settle()
    },
  }
}

/**
 * Processes mails that the last server left in the journal, before new ones: a reply must not be processed
 * before its parent.
 */
export async function finish({ db, log, now }: Context, stopping?: AbortSignal): Promise<void> {
  try {
    const count = await processPending(db, now(), now, stopping)
    if (count > 0) log.info(`${count} unfinished mails in the journal`)
  } catch (error) {
    log.error({ err: error }, 'mails of the journal cannot be processed, will retry')
  }
}

/** Closes transports concurrently. */
export async function closeAll(ways: readonly Transport[]): Promise<void> {
  await Promise.all(ways.map((way) => way.close()))
}
