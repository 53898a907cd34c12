const PAGE_BITS = 1 << 16

/** Numbers of rows, a bit for each: a hundred million of them that lie close together take 13 MB. */
export class IdSet {
  readonly #pages = new Map<number, Uint8Array>()
  #size = 0

  get size(): number {
    return this.#size
  }

  has(id: number): boolean {
    const page = this.#pages.get(Math.floor(id / PAGE_BITS))
    if (!page) return false
    const bit = id % PAGE_BITS
    return ((page[bit >> 3] as number) & (1 << (bit & 7))) !== 0
  }

  /** `id` is a whole number from 0. */
  add(id: number): void {
    const number = Math.floor(id / PAGE_BITS)
    let page = this.#pages.get(number)
    if (!page) this.#pages.set(number, (page = new Uint8Array(PAGE_BITS >> 3)))
    const bit = id % PAGE_BITS
    const before = page[bit >> 3] as number
    const after = before | (1 << (bit & 7))
    if (after === before) return
    page[bit >> 3] = after
    this.#size++
  }

  delete(id: number): void {
    if (!this.has(id)) return
    const page = this.#pages.get(Math.floor(id / PAGE_BITS)) as Uint8Array
    const bit = id % PAGE_BITS
    page[bit >> 3] = (page[bit >> 3] as number) & ~(1 << (bit & 7))
    this.#size--
  }

  /** The numbers, rising. */
  *[Symbol.iterator](): Generator<number> {
    for (const number of [...this.#pages.keys()].toSorted((a, b) => a - b)) {
      const page = this.#pages.get(number) as Uint8Array
      for (const [index, byte] of page.entries())
        for (let bit = 0; byte >> bit > 0; bit++)
          if ((byte >> bit) & 1) yield number * PAGE_BITS + index * 8 + bit
    }
  }
}

/** Some numbers at a time, so that long sets can be worked through without a list of them all. */
export function* inGroups(ids: Iterable<number>, size: number): Generator<number[]> {
  let group: number[] = []
  for (const id of ids) {
    group.push(id)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
