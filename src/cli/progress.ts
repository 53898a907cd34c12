const WIDTH = 40
const INTERVAL = 100

/** A progress bar on a terminal; no output elsewhere. */
export class ProgressBar {
  readonly #out: NodeJS.WriteStream
  readonly #total: number | undefined
  #done = 0
  #shown = 0

  constructor(out: NodeJS.WriteStream, total: number | undefined) {
    this.#out = out
    this.#total = total
  }

  /** Adds to the progress, in units of `total`, such as bytes. */
  advance(amount: number): void {
    this.#done += amount
    const now = Date.now()
    if (!this.#out.isTTY || !this.#total || now - this.#shown < INTERVAL) return
    this.#shown = now
    const share = Math.min(1, this.#done / this.#total)
    const filled = Math.round(share * WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
    this.#out.write(`\r${bar} ${Math.floor(share * 100)} %`)
  }

  finish(): void {
    if (this.#out.isTTY && this.#shown > 0) this.#out.write(`\r${' '.repeat(WIDTH + 6)}\r`)
  }
}
