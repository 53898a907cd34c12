import { connect, type Socket } from 'node:net'

/** A sender that speaks LMTP line by line, so that tests can break off anywhere. */
export class LmtpSender {
  readonly #socket: Socket
  #received = ''
  #isClosed = false
  #heard = Promise.withResolvers<void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.on('close', () => this.#hear('', true))
    socket.on('data', (chunk) => this.#hear(chunk.toString(), false))
  }

  /** Connects and says hello. `address` is `inet:HOST:PORT` or `unix:PATH`. */
  static async open(address: string): Promise<LmtpSender> {
    const [, host, port] = /^inet:(.*):(\d+)$/.exec(address) ?? []
    const socket = host ? connect(Number(port), host) : connect(address.slice('unix:'.length))
    const sender = new LmtpSender(socket)
    await sender.answer()
    await sender.say('LHLO test.example.org')
    return sender
  }

  #hear(text: string, isClosed: boolean): void {
    this.#received += text
    this.#isClosed ||= isClosed
    this.#heard.resolve()
    this.#heard = Promise.withResolvers<void>()
  }

  /** The next answer, all lines of it; empty once the server has hung up. */
  async answer(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#received)?.[0]
      if (found !== undefined) {
        this.#received = this.#received.slice(found.length)
        return found.trimEnd()
      }
      if (this.#isClosed) return ''
      await this.#heard.promise
    }
  }

  write(text: string | Uint8Array): void {
    this.#socket.write(text)
  }

  async say(line: string): Promise<string> {
    this.write(`${line}\r\n`)
    return await this.answer()
  }

  /** Begins a mail, up to the `DATA` command; returns the answer for each recipient. */
  async begin(recipients: readonly string[]): Promise<string[]> {
    await this.say('MAIL FROM:<mira@example.org>')
    const answers: string[] = []
    for (const recipient of recipients) answers.push(await this.say(`RCPT TO:<${recipient}>`))
    await this.say('DATA')
    return answers
  }

  /** Sends a mail; returns the answer for each recipient. */
  async send(mail: Uint8Array, recipients: readonly string[] = ['lamps@example.org']): Promise<string[]> {
    await this.begin(recipients)
    const text = Buffer.from(mail).toString('latin1').replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..')
    this.write(Buffer.from(`${text}\r\n.\r\n`, 'latin1'))
    const answers: string[] = []
    for (const _ of recipients) answers.push(await this.answer())
    return answers
  }

  /** Hangs up without a word. */
  close(): void {
    this.#socket.destroy()
  }
}
