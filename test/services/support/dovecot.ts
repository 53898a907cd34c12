import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
// @ts-expect-error a script without types
import { freePort } from '../../../scripts/postgres.mjs'
import { endWithFile } from '../../support/children.js'
import { until } from '../../support/until.js'

/** The user that owns mailboxes; Dovecot gives none to the administrator. */
const OWNER = 'mail'

/** Debian's Dovecot, with one mailbox, a Maildir, that any name opens by the password `secret`. */
export class Dovecot {
  readonly #folder: string
  /** In the clear or, once asked for, over TLS. */
  readonly port: number
  /** Over TLS from the first byte. */
  readonly securePort: number
  /** The certificate, which has signed itself, of `localhost`. */
  readonly certificate: string
  #server: ChildProcess | undefined
  #delivered = 0

  private constructor(folder: string, port: number, securePort: number) {
    this.#folder = folder
    this.port = port
    this.securePort = securePort
    this.certificate = join(folder, 'certificate.pem')
  }

  static async start(): Promise<Dovecot> {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-dovecot-'))
    chmodSync(folder, 0o755)
    for (const name of ['run', 'state', 'mail']) mkdirSync(join(folder, name))
    for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(folder, 'mail', name))
    const dovecot = new Dovecot(folder, await freePort(), await freePort())
    dovecot.#own()
    dovecot.#certify()
    writeFileSync(join(folder, 'dovecot.conf'), configurationOf(folder, dovecot))
    await dovecot.up()
    return dovecot
  }

  /** Starts it, again after `down`. */
  async up(): Promise<void> {
    this.#server = endWithFile(
      spawn('dovecot', ['-F', '-c', join(this.#folder, 'dovecot.conf')], { stdio: 'ignore' }),
    )
    await until(() => isListening(this.port))
  }

  /** Ends it as if its machine had stopped. */
  async down(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  }

  /** Delivers a mail, as a mail server does. */
  deliver(mail: Uint8Array): void {
    const name = `${1_000_000 + this.#delivered++}.test.host`
    writeFileSync(join(this.#folder, 'mail', 'tmp', name), mail)
    this.#own()
    renameSync(join(this.#folder, 'mail', 'tmp', name), join(this.#folder, 'mail', 'new', name))
  }

  /** Makes it give out all numbers of mails anew, from a validity that is the time in seconds. */
  async renumber(): Promise<void> {
    await sleep(1100)
    for (const name of readdirSync(join(this.#folder, 'mail')))
      if (name.startsWith('dovecot')) rmSync(join(this.#folder, 'mail', name))
    this.#own()
  }

  #certify(): void {
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      join(this.#folder, 'key.pem'),
    ]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-out', this.certificate], {
      stdio: 'ignore',
    })
  }

  #own(): void {
    execFileSync('chown', ['-R', OWNER, join(this.#folder, 'mail')])
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'data')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function configurationOf(folder: string, { port, securePort, certificate }: Dovecot): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${certificate}
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${folder}/mail
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${OWNER} gid=${OWNER} home=${folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${securePort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`
}
