import type { MailTransport } from '../../config/mail-settings.js'
import { folderTransport } from './folder.js'
import { smtpTransport } from './smtp.js'
import type { Transport } from './transport.js'

/** The transport that is configured. */
export function openTransport(settings: MailTransport): Transport {
  return settings.kind === 'folder' ? folderTransport(settings.path) : smtpTransport(settings)
}
