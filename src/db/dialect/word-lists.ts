/** Lists that are kept: more than statements can wait for their turn. */
const MAX_LISTS = 1000

/**
 * The words of searches, by numbers that stand for them in statements. SQLite hands every argument of a function anew
 * for each row, which of long words takes longer than looking for them.
 */
export class WordLists {
  readonly #lists = new Map<number, readonly string[]>()
  #last = 0

  /** Stores the words of a search and returns their id; above the maximum, the oldest list is removed. */
  add(words: readonly string[]): number {
    const [oldest] = this.#lists.size >= MAX_LISTS ? this.#lists.keys() : []
    if (oldest !== undefined) this.#lists.delete(oldest)
    this.#lists.set(++this.#last, words.map(fold))
    return this.#last
  }

  /** Whether each word of a list is in one of the texts, whatever their case. */
  areIn(list: number, texts: readonly unknown[]): boolean {
    const words = this.#lists.get(list)
    if (!words) throw new Error(`The words of search ${list} are not known any more.`)
    const folded = texts.map((text) => (typeof text === 'string' ? fold(text) : ''))
    return words.every((word) => folded.some((text) => text.includes(word)))
  }
}

function fold(text: string): string {
  return text.toLowerCase()
}

/** One for the process: its statements name the lists. */
export const wordLists = new WordLists()
