/** Slots of the table, 256 KB: more addresses than a full memory of answers has. */
const SLOTS = 2 ** 16

/** FNV-1a, 32 bits: a number for a text that any other text has by chance only. */
function numberOf(text: string): number {
  let number = 0x811c9dc5
  for (let at = 0; at < text.length; at++) number = Math.imul(number ^ text.charCodeAt(at), 0x01000193)
  return number >>> 0
}

/**
 * Knows the addresses that were asked for lately, in a table of fixed size: of those that fall into one slot, the last
 * one. It may take an address for another, which does no harm.
 */
export class AskedBefore {
  readonly #slots = new Uint32Array(SLOTS)

  /** Notes an address. Returns whether it was noted before. */
  note(address: string): boolean {
    const number = numberOf(address)
    const slot = number % SLOTS
    if (this.#slots[slot] === number) return true
    this.#slots[slot] = number
    return false
  }
}
