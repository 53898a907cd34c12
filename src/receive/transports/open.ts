import type { Context } from '../../config/context.js'
import type { Listener } from '../../config/settings.js'
import { processPending } from '../journal/recovery.js'
import { Receiver } from './receiver.js'
import type { Transport } from './transport.js'

/**
 * Opens all ways in that the configuration names, `lmtp` instead of its own address where that is given, once
 * what was left unfinished is done, or `stopping` ends that. Throws what keeps one of them from opening.
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
  } catch (error) {
    await closeAll(ways)
    throw error
  }
  return ways
}

/** An LMTP server with what processes its mails. */
export async function openLmtp(context: Context, listener: Listener): Promise<Transport> {
  // Most servers have other ways in, or none.
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
 * Processes what the journal had when the last server stopped, before there is more: an answer must not be read
 * before what it answers.
 */
export async function finish({ db, log, now }: Context, stopping?: AbortSignal): Promise<void> {
  try {
    const count = await processPending(db, now(), now, stopping)
    if (count > 0) log.info(`${count} mails were left unfinished`)
  } catch (error) {
    log.error({ err: error }, 'mails of the journal have to wait')
  }
}

/** Closes ways in, all at once. */
export async function closeAll(ways: readonly Transport[]): Promise<void> {
  await Promise.all(ways.map((way) => way.close()))
}
