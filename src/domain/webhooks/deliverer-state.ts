import type { EventPosition } from './pending.js'
import type { WebhookRow } from './queries.js'

/** What a server knows of webhooks besides the database: where it has looked, and which receivers are slow. */
export class WebhookMemory {
  readonly #positions = new Map<number, { categories: string | null; position: EventPosition }>()
  readonly #slow = new Set<number>()
  /** Attempts since the start, by what became of them. */
  readonly counts = { delivered: 0, failed: 0, disabled: 0 }

  /** Up to where a webhook is known to have no event; undefined: not known, or its categories were changed. */
  positionOf(webhook: WebhookRow): EventPosition | undefined {
    const known = this.#positions.get(webhook.id)
    if (!known || known.categories !== webhook.categories) return undefined
    const { event, seriesEvent } = known.position
    return event >= webhook.last_event && seriesEvent >= webhook.last_series_event
      ? known.position
      : undefined
  }

  /** Whether a webhook is known to have no event up to some ids. */
  hasSeen(webhook: WebhookRow, { event, seriesEvent }: EventPosition): boolean {
    const position = this.positionOf(webhook)
    return position !== undefined && position.event >= event && position.seriesEvent >= seriesEvent
  }

  notePosition(webhook: WebhookRow, position: EventPosition): void {
    this.#positions.set(webhook.id, { categories: webhook.categories, position })
  }

  isSlow({ id, failing_since }: WebhookRow): boolean {
    return failing_since !== null || this.#slow.has(id)
  }

  noteSpeed({ id }: WebhookRow, isSlow: boolean): void {
    if (isSlow) this.#slow.add(id)
    else this.#slow.delete(id)
  }
}
