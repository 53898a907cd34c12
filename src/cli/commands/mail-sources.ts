import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../../config/context.js'
import type { ImapSettings } from '../../config/mail-settings.js'
import { type Listener, parseListener } from '../../config/settings.js'
import { requireList } from '../../domain/projects/queries.js'
import type { Transport } from '../../receive/transports/transport.js'
import { Invalid } from '../../util/errors.js'
import { hideSecrets } from '../../util/secrets.js'
import { withContext } from '../open-context.js'
import { stopSignal } from '../stop.js'

const LIST_ID = '--list-id <id>'
const LIST_ID_MEANING = 'List-ID to use in place of the one in the headers'

/** `lmtp`, `watch-maildir`, `watch-imap` and `sync-inbox`: the ways in that `serve` opens by settings. */
export function addMailSourceCommands(program: Command): void {
  program
    .command('lmtp')
    .description('Receive mail by LMTP, without serving pages or the API.')
    .option(
      '--listen <address>',
      'HOST:PORT, or the path of a UNIX socket (default: PATCHWORK_LMTP)',
      parseAddress,
    )
    .action(({ listen }: { listen?: Listener }) =>
      runUntilStopped(async (context) => {
        const listener = listen ?? context.config.lmtp
        if (!listener) throw new Invalid('Give the address to listen on: by --listen or PATCHWORK_LMTP.')
        const { openLmtp } = await import('../../receive/transports/open.js')
        return await openLmtp(context, listener)
      }),
    )
  program
    .command('watch-maildir <path>')
    .description('Process new mail of a Maildir as it arrives; processed mail moves from new to cur.')
    .option(LIST_ID, LIST_ID_MEANING)
    .option('--once', 'process the mail that is there, and exit')
    .action((path: string, options: { listId?: string; once?: boolean }) => watchMaildir(path, options))
  program
    .command('watch-imap')
    .description(
      'Process new mail of the folder in PATCHWORK_IMAP as it arrives; the password is not visible in process lists.',
    )
    .option(LIST_ID, LIST_ID_MEANING)
    .option('--once', 'process the mail that is there, and exit')
    .action((options: { listId?: string; once?: boolean }) => watchImap(options))
  program
    .command('sync-inbox <source...>')
    .description('Process new mail of public-inbox archives, given as clone URLs or paths.')
    .option(LIST_ID, LIST_ID_MEANING)
    .action((sources: string[], { listId }: { listId?: string }) => syncInboxes(sources, listId))
}

/** Reads an address to listen at, for commander. */
export function parseAddress(text: string): Listener {
  const listener = parseListener(text)
  if (!listener) throw new InvalidArgumentError('The address must be HOST:PORT or a path.')
  return listener
}

/**
 * Processes mail that was left unfinished, then receives mail through a transport until the process has to stop.
 */
function runUntilStopped(open: (context: Context) => Promise<Transport>): Promise<void> {
  const stopped = stopSignal()
  const stopping = new AbortController()
  void stopped.then(() => stopping.abort())
  return withContext(async (context) => {
    const { finish } = await import('../../receive/transports/open.js')
    await finish(context, stopping.signal)
    const way = await open(context)
    console.log(`Receiving mail by ${way.name}`)
    await stopped
    await way.close()
  })
}

async function watchMaildir(
  path: string,
  { listId, once }: { listId?: string; once?: boolean },
): Promise<void> {
  const maildir = await import('../../receive/transports/maildir.js')
  if (!once)
    return await runUntilStopped(async (context) => {
      await requireList(context.db, listId)
      return await maildir.watchMaildir(context, path, { listId })
    })
  await withContext(async (context) => {
    await requireList(context.db, listId)
    console.log(`${await maildir.receiveMaildir(context, path, { listId })} mails`)
  })
}

function imapSettings({ config }: Context): ImapSettings {
  if (!config.imap) throw new Invalid('Set PATCHWORK_IMAP to the folder.')
  return config.imap
}

async function watchImap({ listId, once }: { listId?: string; once?: boolean }): Promise<void> {
  const imap = await import('../../receive/transports/imap.js')
  if (!once)
    return await runUntilStopped(async (context) => {
      await requireList(context.db, listId)
      return imap.watchImap(context, imapSettings(context), { listId })
    })
  await withContext(async (context) => {
    await requireList(context.db, listId)
    console.log(`${await imap.receiveImap(context, imapSettings(context), { listId })} mails`)
  })
}

async function syncInboxes(sources: readonly string[], listId: string | undefined): Promise<void> {
  const { syncInbox } = await import('../../receive/public-inbox/sync.js')
  await withContext(async (context) => {
    await requireList(context.db, listId)
    for (const source of sources) {
      const { mails, deleted } = await syncInbox(context, source, { listId })
      console.log(`${hideSecrets(source)}: ${mails} mails${deleted > 0 ? `, ${deleted} deleted there` : ''}`)
    }
  })
}
