import type { Handle } from './sqlite-handle.js'

/** Copies the log of a database into it by `checkpointFile`, in another thread; settles once that has ended. */
export type Checkpoint = (path: string) => Promise<void>

/** Pages of 4 KiB in the log of an import. */
export interface LogLimits {
  /**
   * Those that the other thread copies at once. Doing it often costs time, for pages that change again and again are
   * copied each time; doing it seldom leaves many pages that the import writes meanwhile, and copies itself.
   */
  copied: number
  /** Those after which the import copies the rest itself, and waits for the disk, so that SQLite begins the log anew: 128 MB. */
  all: number
}

const LIMITS: LogLimits = { copied: 4096, all: 32_768 }

/**
 * The log of an import, which another thread copies into the database: most of that is waiting for the disk. SQLite begins a
 * log anew only when all of it is copied, which is never so while somebody writes; therefore the writer itself copies
 * what is left, now and then. If the other thread fails, SQLite does all of it within commits.
 */
export class ImportLog {
  readonly #copy: () => Promise<void>
  readonly #limits: LogLimits
  #copying: Promise<void> | undefined
  /** Whether the other thread has copied since this one did. */
  #isCopied = false

  constructor(path: string, checkpoint: Checkpoint, limits = LIMITS) {
    this.#copy = () => checkpoint(path)
    this.#limits = limits
  }

  /** Has the log copied if it has grown. To be called after each commit of `writer`. */
  noticeCommit(writer: Handle): void {
    if (this.#copying) return
    const { log, checkpointed } = writer.checkpoint('noop')
    if (this.#isCopied && log >= this.#limits.all) {
      this.#isCopied = false
      writer.checkpoint('passive')
    } else if (log - checkpointed >= this.#limits.copied) {
      this.#copying = this.#copyAside()
    }
  }

  /** Settles once the other thread copies nothing. */
  async rest(): Promise<void> {
    await this.#copying
  }

  async #copyAside(): Promise<void> {
    try {
      await this.#copy()
    } catch {
      // Nothing is lost: the log has it.
    } finally {
      this.#isCopied = true
      this.#copying = undefined
    }
  }
}
