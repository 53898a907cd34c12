import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../config/config.js'
import { runProcess } from '../../util/process.js'
import { type Finding, fine, problem, warning } from './finding.js'

/** Checks that the settings are consistent, and that everything they refer to exists. */
export async function checkConfiguration(config: Config): Promise<Finding[]> {
  const { publicUrl, trustedProxies, mail, mailFrom, inboxes } = config
  const findings = config.maildirs.map(checkMaildir)
  if (publicUrl === undefined)
    findings.push(
      mail.kind === 'folder'
        ? warning(
            'PATCHWORK_PUBLIC_URL is not set: URLs in responses are those of each request, and mails have no links.',
          )
        : problem('Outgoing mail has no links; set PATCHWORK_PUBLIC_URL.'),
    )
  else findings.push(fine(`The public URL is ${publicUrl}.`))
  if (publicUrl?.startsWith('https:') && trustedProxies.length === 0)
    findings.push(
      warning(
        'The public URL is https, which needs a proxy, but PATCHWORK_TRUSTED_PROXIES is empty: all clients appear to have the address of the proxy.',
      ),
    )
  if (mail.kind !== 'folder' && mailFrom.address.endsWith('@localhost'))
    findings.push(problem(`The sender of outgoing mail is ${mailFrom.address}; set PATCHWORK_MAIL_FROM.`))
  if (inboxes.length > 0 && !(await hasGit()))
    findings.push(problem('PATCHWORK_INBOXES needs git, which is not installed.'))
  return findings
}

async function hasGit(): Promise<boolean> {
  return await runProcess('git', ['--version'], { timeout: 10_000 }).then(
    ({ code }) => code === 0,
    () => false,
  )
}

function checkMaildir(path: string): Finding {
  for (const folder of ['new', 'cur']) {
    if (!existsSync(join(path, folder)))
      return problem(`'${path}' is not a Maildir: it has no folder '${folder}'.`)
    try {
      accessSync(join(path, folder), constants.R_OK | constants.W_OK)
    } catch {
      return problem(`The current user cannot read and write the Maildir '${path}'.`)
    }
  }
  return fine(`The Maildir '${path}' is readable and writable.`)
}
