import { setTimeout as sleep } from 'node:timers/promises'
import { LmtpSender } from '../../support/lmtp.js'
import { mail } from '../../support/mail.js'
import { Victim } from './victim.js'

/** Mail that is sent by LMTP until it is accepted, whatever happens to the server. */

/** A cover, its two patches and an answer, as they come one after the other. */
export function thread(name: string, text = ''): Buffer[] {
  const answer = { inReplyTo: `${name}-0@x`, references: `<${name}-0@x>` }
  return [
    mail({ id: `${name}-0@x`, subject: `[PATCH 0/2] ${name}`, body: `All of it.\n${text}` }),
    mail({ id: `${name}-1@x`, subject: `[PATCH 1/2] ${name} one`, ...answer }),
    mail({ id: `${name}-2@x`, subject: `[PATCH 2/2] ${name} two`, ...answer }),
    mail({
      id: `${name}-3@x`,
      subject: `Re: [PATCH 1/2] ${name} one`,
      inReplyTo: `${name}-1@x`,
      body: 'Good.',
    }),
  ]
}

/** A server that is killed again and again, and always comes back, elsewhere. */
export class LmtpServer {
  readonly #url: string
  #victim: Victim | undefined
  address = ''

  constructor(url: string) {
    this.#url = url
  }

  async start(): Promise<void> {
    this.#victim = new Victim(this.#url, ['lmtp', '--listen', '127.0.0.1:0'])
    this.address = (await this.#victim.line())?.replace('Receiving mail by LMTP at ', '') ?? ''
  }

  async kill(): Promise<void> {
    await this.#victim?.kill()
  }

  async stop(): Promise<void> {
    await this.#victim?.stop()
  }
}

/** Sends mails in their order, each until it is accepted: what a mail server does. */
export async function sendAll(server: { readonly address: string }, mails: readonly Buffer[]): Promise<void> {
  let sender: LmtpSender | undefined
  for (let next = 0; next < mails.length; ) {
    sender ??= await LmtpSender.open(server.address)
    const [answer = ''] = await sender.send(mails[next] as Buffer)
    if (answer.startsWith('250')) next++
    else {
      sender.close()
      sender = undefined
      await sleep(20)
    }
  }
  sender?.close()
}
