import { linesOf, strip } from './text.js'

/** Maximum number of contexts that one mail names; the rest is left out. */
const MAX_CONTEXTS = 50

const KEY = 'recheck-request:'
const ANY_KEY = /recheck-request:/i

/** The name of a test, as checks have it. */
const CONTEXT = /^[-a-zA-Z0-9_]{1,255}$/

/** Delimits a code block. */
const FENCE = /^(?:```|~~~)/

/**
 * The contexts that the `Recheck-request:` lines of a reply name, each once; empty: all. Undefined if there is no such
 * line, or if none of the words after it is a context. Quoted or indented lines and code blocks are ignored; a line that
 * ends with a comma goes on in the next one.
 */
export function recheckRequest(content: string): string[] | undefined {
  // Most replies have none: that is faster to see than to look at each line.
  if (!ANY_KEY.test(content)) return undefined
  const words: string[] = []
  let hasKey = false
  let isOpen = false
  let isCode = false
  for (const line of linesOf(content)) {
    if (FENCE.test(line)) isCode = !isCode
    const isKey = line.slice(0, KEY.length).toLowerCase() === KEY
    const value = strip(isKey ? line.slice(KEY.length) : line)
    const isRead: boolean = !isCode && (isKey || (isOpen && !value.startsWith('>')))
    isOpen = isRead && value.endsWith(',')
    if (!isRead) continue
    hasKey = true
    if (words.length < MAX_CONTEXTS) words.push(...value.split(',', MAX_CONTEXTS).map(strip))
  }
  const named = words.filter((word) => word !== '')
  const contexts = [...new Set(named.filter((word) => CONTEXT.test(word)))].slice(0, MAX_CONTEXTS)
  return hasKey && (named.length === 0 || contexts.length > 0) ? contexts : undefined
}
