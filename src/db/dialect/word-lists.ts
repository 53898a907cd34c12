import { LRUCache } from 'lru-cache'

/** Lists that are kept: more than statements can wait for their turn. */
const MAX_LISTS = 1000

/**
 * The words of searches, by numbers that stand for them in statements. SQLite hands every argument of a function anew
 * for each row, which of long words takes longer than looking for them.
 */
export class WordLists {
  readonly #lists = new Map<number, readonly string[]>()
  readonly #numbers = new LRUCache<string, number>({
    max: MAX_LISTS,
    dispose: (number) => this.#lists.delete(number),
  })
  #last = 0

  /**
   * Stores the words of a search and returns their number, which never stands for other words: the same words have the same
   * one as long as they are kept. Above the maximum, those that were not searched for longest are removed.
   */
  add(words: readonly string[]): number {
    const list = words.map(fold)
    const key = JSON.stringify(list)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = ++this.#last
    this.#lists.set(number, list)
    this.#numbers.set(key, number)
    return number
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
