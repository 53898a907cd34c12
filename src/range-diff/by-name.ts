import type { Pair } from './range-diff.js'

/** Matches patches of equal names, the first ones first: what is left where a comparison would take too long. */
export function matchByName(left: readonly string[], right: readonly string[]): Pair[] {
  const byName = new Map<string, number[]>()
  for (const [index, name] of left.entries()) {
    const known = byName.get(name)
    if (known) known.push(index)
    else byName.set(name, [index])
  }
  for (const indexes of byName.values()) indexes.reverse()
  const partners = right.map((name) => byName.get(name)?.pop())
  const deleted = [...byName.values()].flat().toSorted((a, b) => a - b)
  return [
    ...partners.map((partner, index) => toPair(partner, index)),
    ...deleted.map((index) => toPair(index, undefined)),
  ]
}

function toPair(left: number | undefined, right: number | undefined): Pair {
  const status = left === undefined ? '>' : right === undefined ? '<' : '!'
  return { left, right, status, cost: undefined, hunks: undefined }
}
