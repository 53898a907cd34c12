/**
 * Parts of one page that are there as bytes, such as rows of lists that are kept: joining bytes takes a tenth of the time
 * of joining and encoding texts.
 */
export class ByteSlots {
  readonly #slots: (readonly Buffer[])[] = []

  /** Keeps a part until the page is sent; returns the markup that stands for it, which no escaped text looks like. */
  add(parts: readonly Buffer[]): string {
    return `<slot ${this.#slots.push(parts) - 1}>`
  }

  /** The page with all its parts. */
  fill(page: string): string | Buffer {
    if (this.#slots.length === 0) return page
    // Texts and numbers of slots by turns.
    const pieces = page.split(/<slot (\d+)>/)
    return Buffer.concat(
      pieces.flatMap((piece, index) =>
        index % 2 === 0 ? Buffer.from(piece) : (this.#slots[Number(piece)] ?? []),
      ),
    )
  }
}
