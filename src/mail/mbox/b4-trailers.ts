/** Trailers of replies in a message, as `b4 am -t` adds them. */

import { type SplitMessage, splitMessage, type Trailer } from '../trailer-reader.js'

/** A trailer to be added. */
export type B4Trailer = Pick<Trailer, 'kind' | 'value' | 'remark'>

/** The trailers of a message in a paragraph of their own at its end, with those of replies behind them, each once. */
export function withB4Trailers(message: string, added: readonly B4Trailer[]): string {
  const { text, trailers } = splitMessage(message)
  const all = unique(trailers, added)
  if (all.length === 0) return message
  return `${text}${text && '\n\n'}${all.map(format).join('')}`
}

/** Of the same kind with the same value, the first. */
function unique(own: SplitMessage['trailers'], added: readonly B4Trailer[]): B4Trailer[] {
  const all: B4Trailer[] = [...own]
  const keys = new Set(own.map(keyOf))
  for (const trailer of added) {
    const key = keyOf(trailer)
    if (keys.has(key)) continue
    keys.add(key)
    all.push(trailer)
  }
  return all
}

function keyOf({ kind, value }: B4Trailer): string {
  return `${kind}: ${value}`.toLowerCase()
}

function format({ kind, value, remark = '' }: B4Trailer): string {
  const isBehind = remark.trimStart().startsWith('#')
  return `${kind}: ${value}${remark && !isBehind ? '\n' : ''}${remark}\n`
}
