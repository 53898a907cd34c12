import type { Context } from '../../config/context.js'
import { countMails } from '../../domain/mails/list.js'
import { countMail } from '../../domain/outbox/queries.js'
import { openTransport } from '../../outbox/transports/open.js'
import { type Finding, fine, problem, warning } from './finding.js'

/** Checks that mail is sent, and that received mail was processed. */
export async function checkMail({ config, db }: Context): Promise<Finding[]> {
  const [out, came] = [await countMail(db), await countMails(db)]
  const findings: Finding[] = [await checkTransport(config.mail)]
  if (out.failed > 0)
    findings.push(warning(`${out.failed} mails could not be sent; /admin/outbox/ shows why.`))
  const failed = came.failed ?? 0
  findings.push(
    failed > 0
      ? warning(
          `${failed} received mails could not be processed; 'patchwork mail list --outcome failed' shows why.`,
        )
      : fine('No received mail failed.'),
  )
  return findings
}

async function checkTransport(settings: Context['config']['mail']): Promise<Finding> {
  const where =
    settings.kind === 'folder' ? `the folder '${settings.path}'` : `${settings.host}:${settings.port}`
  try {
    await openTransport(settings).check()
  } catch (error) {
    return problem(`Mail cannot be sent to ${where}: ${(error as Error).message}.`)
  }
  return settings.kind === 'folder'
    ? warning(`Outgoing mail is only written to ${where}; set PATCHWORK_MAIL to a mail server.`)
    : fine(`Mail is sent by ${where}.`)
}
