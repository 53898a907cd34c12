import { randomBytes } from 'node:crypto'
import type { Time } from '../../db/schema.js'
import { Invalid } from '../../util/errors.js'
import { abridge } from '../../util/text.js'
import { momentOf, timeBefore } from '../../util/time.js'
import { CATEGORIES } from '../events/categories.js'
import { line, type Rules, requireRules } from '../rule.js'

/** What a webhook may be, and when its deliveries are repeated or given up. */

/** Maximum number of webhooks of one project: all of them are listed at once. */
export const MAX_WEBHOOKS = 50

/** The limit of a URL, in characters. */
export const MAX_ADDRESS = 2000

/** After a rotation the earlier secret signs for so long as well, so that receivers can change over. */
export const ROTATION_MS = 24 * 3_600_000

/** A webhook that fails for so long is switched off. */
export const MAX_FAILING_MS = 3 * 24 * 3_600_000

/** The pause after a first failure; each is twice the one before, up to the longest. */
export const PAUSES = { shortest: 10_000, longest: 4 * 3_600_000 }

/** Deliveries are kept for so long, in milliseconds; older events are not sent any more. */
export const DELIVERY_RETENTION_MS = 30 * 24 * 3_600_000

/** The beginning of an answer's body that is kept, in bytes. */
export const MAX_ANSWER = 1024

const WEBHOOK_RULES = {
  address: line({ isRequired: true, max: MAX_ADDRESS, check: addressProblem }),
} satisfies Rules

/** What users say of a webhook. */
export interface WebhookFields {
  readonly address: string
  /** Null: all, also those that later versions bring. */
  readonly categories: readonly string[] | null
  readonly active: boolean
}

/** What is wrong with a URL that events are to be sent to, as far as the text alone says. */
function addressProblem(text: string): string | undefined {
  const url = /^https?:\/\//i.test(text) && !/\s/.test(text) ? URL.parse(text) : null
  if (!url) return 'A URL is required, such as https://ci.example.org/hook.'
  if (url.username !== '' || url.password !== '')
    return 'A URL must not have a user name or a password; the receiver verifies the signature instead.'
  if (text.includes('#')) return 'A URL must not have a fragment (#).'
  return undefined
}

/** Throws Invalid for a webhook that cannot be. `before`: values that are the same are not checked. */
export function requireWebhookRules(
  { categories, ...texts }: Partial<WebhookFields>,
  before: Partial<WebhookFields> = {},
): void {
  requireRules(WEBHOOK_RULES, texts, before)
  if (categories) requireCategories(categories)
}

function requireCategories(categories: readonly string[]): void {
  const unknown = categories.find((name) => !CATEGORIES.includes(name))
  const problem =
    unknown !== undefined
      ? `'${abridge(unknown, 100)}' is not a category; there are ${CATEGORIES.join(', ')}.`
      : categories.length === 0
        ? 'Name a category, or leave the field out for all.'
        : undefined
  if (problem !== undefined) throw new Invalid(problem, { categories: [problem] })
}

/** A new secret in the form of Standard Webhooks: 192 random bits. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}

/** Events from before this time are not sent any more. */
export function oldestEvent(now: Time): Time {
  return timeBefore(momentOf(now), DELIVERY_RETENTION_MS)
}

/** The secrets that sign a delivery, the newest first. */
export function secretsAt(
  {
    secret,
    previous_secret,
    previous_expires,
  }: { secret: string; previous_secret: string | null; previous_expires: Time | null },
  now: Time,
): string[] {
  const isRotating = previous_secret !== null && previous_expires !== null && previous_expires > now
  return isRotating ? [secret, previous_secret] : [secret]
}
