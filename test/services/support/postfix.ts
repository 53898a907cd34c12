import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTransport } from 'nodemailer'
// @ts-expect-error a script without types
import { freePort } from '../../../scripts/postgres.mjs'

const run = promisify(execFile)

/** Debian's Postfix, beside the system's own: it listens on a port of its own and has its queue in a folder of its own. */
export class Postfix {
  readonly #folder: string
  readonly #port: number

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  /** Starts it with some lines added to its two files. It takes mail for example.org. */
  static async start(lines: { main: string; master?: string }): Promise<Postfix> {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-postfix-'))
    const port = await freePort()
    chmodSync(folder, 0o755)
    for (const name of ['conf', 'queue']) mkdirSync(join(folder, name))
    mkdirSync(join(folder, 'data'))
    await run('chown', ['postfix', join(folder, 'data')])
    writeFileSync(join(folder, 'conf', 'main.cf'), `${mainOf(folder)}${lines.main}`)
    writeFileSync(join(folder, 'conf', 'master.cf'), `${masterOf(port)}${lines.master ?? ''}`)
    const postfix = new Postfix(folder, port)
    await postfix.#control('start')
    return postfix
  }

  /** Hands in a mail as another server would. */
  async send(raw: string | Buffer): Promise<void> {
    const transport = createTransport({ host: '127.0.0.1', port: this.#port, ignoreTLS: true })
    const envelope = { from: 'list-bounces@example.net', to: 'patchwork@example.org' }
    try {
      await transport.sendMail({ envelope, raw })
    } finally {
      transport.close()
    }
  }

  /** What it says about its deliveries. */
  log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8')
  }

  async stop(): Promise<void> {
    await this.#control('stop')
  }

  async #control(command: string): Promise<void> {
    await run('postfix', ['-c', join(this.#folder, 'conf'), command])
  }
}

function mainOf(folder: string): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
myhostname = mail.example.org
mydestination =
relay_domains = example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
`
}

/** As Debian has it, without what listens on the system's own port. */
function masterOf(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
}
