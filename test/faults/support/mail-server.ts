import { SMTPServer } from 'smtp-server'
import { until } from '../../support/until.js'

/** A mail server on a port of its own, which comes and goes. */
export class MailServer {
  readonly port: number
  /** Whom it took mail for, once for each mail. */
  readonly recipients: string[] = []
  #server: SMTPServer | undefined

  constructor(port: number) {
    this.port = port
  }

  /** Takes so many mails, and has no time for any more. */
  async open(most = Number.POSITIVE_INFINITY): Promise<void> {
    let left = most
    const server = new SMTPServer({
      authOptional: true,
      hideSTARTTLS: true,
      disableReverseLookup: true,
      onMailFrom: (_address, _session, callback) =>
        callback(left-- > 0 ? null : Object.assign(new Error('too busy'), { responseCode: 421 })),
      onData: (stream, { envelope }, callback) => {
        stream.resume()
        stream.on('end', () => {
          this.recipients.push(...envelope.rcptTo.map(({ address }) => address))
          callback()
        })
      },
    })
    server.on('error', () => {})
    this.#server = server
    let isOpen = false
    server.listen(this.port, '127.0.0.1', () => (isOpen = true))
    await until(() => Promise.resolve(isOpen))
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server) await new Promise<void>((resolve) => server.close(resolve))
  }
}
