/** Results that are kept; then all are dropped. */
const MAX_RESULTS = 500

/** Longer texts are computed each time: kept results stay small, whatever a mail contains. */
const MAX_TEXT = 300

/**
 * A pure function of a text that keeps its results. The mails of a list have the same few list ids, people, content
 * types and names of series, and parsing these anew for each mail takes a tenth of the time. The results are shared: they must not be changed.
 */
export function memoized<T>(compute: (text: string) => T): (text: string) => T {
  const results = new Map<string, { result: T }>()
  return (text) => {
    if (text.length > MAX_TEXT) return compute(text)
    const known = results.get(text)
    if (known) return known.result
    if (results.size >= MAX_RESULTS) results.clear()
    const own = copied(text)
    const result = compute(own)
    results.set(own, { result })
    return result
  }
}

/** The same text on its own: a slice would keep all of the mail that it is from. */
function copied(text: string): string {
  return `${text} `.slice(0, -1)
}
