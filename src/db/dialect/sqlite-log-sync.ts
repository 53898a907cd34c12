import { type FileHandle, open } from 'node:fs/promises'

/**
 * Writes the log of an import to the disk while the import goes on. Otherwise the checkpoint at its end would wait for
 * all of it, which takes a twentieth of the time.
 */
export class LogSync {
  readonly #path: string
  #file: FileHandle | undefined
  #running: Promise<void> | undefined

  /** @param path of the database */
  constructor(path: string) {
    this.#path = path
  }

  /** Begins to write what has been committed, unless that goes on already. Fails silently: SQLite syncs the log itself, too. */
  begin(): void {
    this.#running ??= this.#sync()
      .catch(() => {})
      .finally(() => {
        this.#running = undefined
      })
  }

  async #sync(): Promise<void> {
    this.#file ??= await open(`${this.#path}-wal`)
    await this.#file.datasync()
  }

  async close(): Promise<void> {
    await this.#running
    await this.#file?.close()
  }
}
