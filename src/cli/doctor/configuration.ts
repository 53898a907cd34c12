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
            'PATCHWORK_PUBLIC_URL is not set: addresses in answers are as each request says, and mails have no links.',
          )
        : problem('Mail goes out without links that work; set PATCHWORK_PUBLIC_URL.'),
    )
  else findings.push(fine(`People reach the server at ${publicUrl}.`))
  if (publicUrl?.startsWith('https:') && trustedProxies.length === 0)
    findings.push(
      warning(
        'The public address is https, which a proxy must speak for us, but PATCHWORK_TRUSTED_PROXIES is empty: all visitors share the address of the proxy.',
      ),
    )
  if (mail.kind !== 'folder' && mailFrom.address.endsWith('@localhost'))
    findings.push(problem(`Mail would go out from ${mailFrom.address}; set PATCHWORK_MAIL_FROM.`))
  if (inboxes.length > 0 && !(await hasGit()))
    findings.push(problem('PATCHWORK_INBOXES names archives to clone, but git is not installed.'))
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
    if (!existsSync(join(path, folder))) return problem(`'${path}' is no Maildir: it has no '${folder}'.`)
    try {
      accessSync(join(path, folder), constants.R_OK | constants.W_OK)
    } catch {
      return problem(`The Maildir '${path}' may not be read and written by the user who runs this.`)
    }
  }
  return fine(`The Maildir '${path}' can be read and written.`)
}
