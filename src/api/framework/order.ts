import type { Order } from '../../db/pagination.js'

/**
 * The order that `order` asks for: keys split by commas, `-` for the other way; those that are unknown, or were
 * there before, are skipped. `keys` translates them to the names that the subject has.
 */
export function parseOrder<By extends string>(
  value: string | undefined,
  keys: Readonly<Record<string, By>>,
  fallback: string,
): Order<By>[] {
  const order = wordsOf(value).flatMap((word) => toOrder(word, keys))
  return eachOnce(order.length > 0 ? order : toOrder(fallback, keys))
}

function wordsOf(value: string | undefined): string[] {
  return (value ?? '').split(',').map((word) => word.trim())
}

/** The first key of an order that is none of `keys`, as it was written; blank ones are skipped everywhere. */
export function unknownKey(
  value: string | undefined,
  keys: Readonly<Record<string, string>>,
): string | undefined {
  return wordsOf(value).find((word) => word !== '' && toOrder(word, keys).length === 0)
}

function toOrder<By extends string>(word: string, keys: Readonly<Record<string, By>>): Order<By>[] {
  const isDescending = word.startsWith('-')
  const name = isDescending ? word.slice(1) : word
  const by = Object.hasOwn(keys, name) ? keys[name] : undefined
  return by === undefined ? [] : [{ by, isDescending }]
}

function eachOnce<By extends string>(order: readonly Order<By>[]): Order<By>[] {
  const seen = new Set<string>()
  return order.filter(({ by }) => !seen.has(by) && seen.add(by))
}
