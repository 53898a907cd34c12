import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach } from 'vitest'
import type { Context } from '../../../src/config/context.js'
import type { WebhookRow } from '../../../src/domain/webhooks/queries.js'
import { type Delivered, deliverToWebhooks, type Send } from '../../../src/outbox/webhooks/deliver.js'
import { WebhookSender } from '../../../src/outbox/webhooks/sender.js'
import { type Api, describeApi } from '../../api/support.js'
import { contextOn } from '../../support/context.js'
import { Receiver } from '../../support/receiver.js'

/** When the tests begin; their clock moves only when they say so. */
export const START = Date.parse('2026-10-05T12:00:00Z')

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

const NEVER = new AbortController().signal

/** A server that delivers to webhooks, and receivers. */
export class Site {
  readonly api: Api
  time = START
  #context: Context | undefined
  readonly #open: Receiver[] = []
  readonly #sender = new WebhookSender({ networks: ['127.0.0.0/8'] })

  constructor(api: Api) {
    this.api = api
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.open()
    this.#open.push(receiver)
    return receiver
  }

  async close(receiver: Receiver): Promise<void> {
    this.#open.splice(this.#open.indexOf(receiver), 1)
    await receiver.close()
  }

  /** Sends all that is due; by default in a thread, as a server does. */
  async run({ send, signal = NEVER }: { send?: Send; signal?: AbortSignal } = {}): Promise<Delivered> {
    return await deliverToWebhooks(this.context, signal, send)
  }

  get context(): Context {
    return (this.#context ??= contextOn(this.api, {
      environment: {
        PATCHWORK_PUBLIC_URL: 'https://pw.example.org',
        PATCHWORK_WEBHOOK_NETWORKS: '127.0.0.0/8',
      },
      now: () => new Date(this.time),
      parts: { webhookSender: this.#sender },
    }))
  }

  /** The same after some milliseconds. */
  async later(milliseconds: number): Promise<Delivered> {
    this.time += milliseconds
    return await this.run()
  }

  async row(id: number): Promise<WebhookRow> {
    return await this.api.db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  }

  /** Ends its thread. */
  async end(): Promise<void> {
    await this.#sender.close()
  }

  /** Without webhooks, receivers and letters, at the beginning of time. */
  async reset(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((one) => one.close()))
    for (const table of ['webhooks', 'webhook_deliveries', 'outbox'] as const)
      await this.api.db.deleteFrom(table).execute()
    this.time = START
    this.#context = undefined
  }
}

/** Runs a suite on both databases; each test begins without webhooks. */
export function describeSite(name: string, suite: (site: Site) => void): void {
  describeApi(
    name,
    (api) => {
      const site = new Site(api)
      afterEach(async () => await site.reset())
      afterAll(async () => await site.end())
      suite(site)
    },
    'suite',
  )
}

/** The body of a message, if its signature holds. Throws. */
export function verified(
  secret: WebhookRow['secret'],
  received: Receiver['received'][number] | undefined,
): unknown {
  const { headers = {}, body = '' } = received ?? {}
  // The time of the tests is not that of the machine, which this package reads.
  const now = Date.now
  Date.now = () => Number(headers['webhook-timestamp']) * 1000
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>)
  } finally {
    Date.now = now
  }
}
