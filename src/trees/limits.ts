import type { Dirent } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What a fetch may leave behind in a mirror: its size, and files of one that was ended. */

/** Interval at which the size of a mirror is measured while it is fetched. */
const SIZE_INTERVAL_MS = 1000

/** Maximum number of files of objects: servers that only serve files send each object as one. */
const MAX_FILES = 200_000

/** Aborts a fetch once the mirror becomes too large. */
export class SizeGuard {
  readonly #abort = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #folder: string
  readonly #maxBytes: number
  #isMeasuring = false

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    this.#timer = setInterval(() => void this.#measure(), SIZE_INTERVAL_MS)
    this.#timer.unref()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Stops measuring. */
  stop(): void {
    clearInterval(this.#timer)
  }

  async #measure(): Promise<void> {
    if (this.#isMeasuring) return
    this.#isMeasuring = true
    if (await isLarger(this.#folder, this.#maxBytes)) this.#abort.abort()
    this.#isMeasuring = false
  }
}

/** Whether the objects of a mirror take more than a number of bytes, or are too many files. */
export async function isLarger(folder: string, maxBytes: number): Promise<boolean> {
  const objects = join(folder, 'objects')
  let [bytes, files] = [0, 0]
  for (const { name } of await entriesOf(objects))
    for (const entry of await entriesOf(join(objects, name))) {
      const found = await stat(join(objects, name, entry.name)).catch(() => undefined)
      bytes += found?.size ?? 0
      files++
      if (bytes > maxBytes || files > MAX_FILES) return true
    }
  return false
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(() => [])
}

/**
 * Deletes what a fetch that was ended leaves: files of packs that are not whole, which would count for ever, and locks,
 * which would keep all later fetches out. For a mirror that nobody else uses.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const stale = names.filter((name) =>
    /(?:^|\/)(?:tmp_|incoming-|tmp_objdir-)[^/]*$|\.(?:lock|temp)$/.test(name),
  )
  for (const name of stale) await rm(join(folder, name), { recursive: true, force: true })
}
