import { type Change, changesOf } from './changes.js'

/** A range of commits of a repository. */
export interface Range {
  folder: string
  range: string
}

/** The mails that some commits delete. Mails are identified by their blobs. */
export class Deletions {
  readonly #seen = new Set<string>()
  /** For each deleted mail, the additions that were undone, by index. */
  readonly #undone = new Map<string, Set<number>>()
  readonly #times = new Map<string, number>()
  readonly #before = new Set<string>()

  /** Reads the commits of all ranges twice, so that only the few deleted mails need memory. */
  static async read(ranges: readonly Range[]): Promise<Deletions> {
    const deletions = new Deletions()
    for await (const { kind, oid } of changesOfAll(ranges)) if (kind === 'deleted') deletions.#seen.add(oid)
    if (deletions.#seen.size > 0) for await (const change of changesOfAll(ranges)) deletions.#follow(change)
    deletions.#times.clear()
    return deletions
  }

  #follow({ kind, oid }: Change): void {
    if (!this.#seen.has(oid)) return
    const times = this.#times.get(oid) ?? 0
    const undone = this.#undone.get(oid) ?? new Set()
    if (kind === 'added') {
      this.#times.set(oid, times + 1)
      this.#before.delete(oid)
    } else if (times > 0 && !undone.has(times - 1)) this.#undone.set(oid, undone.add(times - 1))
    else this.#before.add(oid)
  }

  /** Whether the next addition of a mail is undone later; each call advances to the following addition. */
  isUndone(oid: string): boolean {
    if (!this.#seen.has(oid)) return false
    const time = this.#times.get(oid) ?? 0
    this.#times.set(oid, time + 1)
    return this.#undone.get(oid)?.has(time) ?? false
  }

  /** Mails that were added before these commits and deleted by them. */
  ofEarlier(): Iterable<string> {
    return this.#before
  }
}

async function* changesOfAll(ranges: readonly Range[]): AsyncGenerator<Change> {
  for (const { folder, range } of ranges) yield* changesOf(folder, range)
}
