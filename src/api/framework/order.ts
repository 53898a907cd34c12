import type { OrderKey } from '../../db/pagination.js'

/** How a list is searched and sorted. */

const MAX_WORDS = 20

/** The words of `q`, which are split by spaces and commas; of very many, the first. */
export function searchWords(value: string): string[] {
  return value
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
}

/**
 * The order that `order` asks for: keys split by commas, `-` for the other way; those that are unknown, or were
 * there before, are skipped. It ends in the number, in the direction of its last key, so that ties stay in one
 * order.
 */
export function parseOrder(
  value: string | undefined,
  keys: Readonly<Record<string, string>>,
  fallback: string,
): OrderKey[] {
  const order = (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .flatMap((word) => toOrderKey(word, keys))
  const known = eachOnce(order.length > 0 ? order : toOrderKey(fallback, keys))
  const last = known.at(-1) as OrderKey
  return last.expression === 'id' ? known : [...known, { expression: 'id', isDescending: last.isDescending }]
}

function toOrderKey(word: string, keys: Readonly<Record<string, string>>): OrderKey[] {
  const isDescending = word.startsWith('-')
  const name = isDescending ? word.slice(1) : word
  const expression = Object.hasOwn(keys, name) ? keys[name] : undefined
  return expression === undefined ? [] : [{ expression, isDescending }]
}

function eachOnce(order: readonly OrderKey[]): OrderKey[] {
  const seen = new Set<string>()
  return order.filter(({ expression }) => !seen.has(expression) && seen.add(expression))
}
