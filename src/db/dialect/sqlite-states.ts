import type { ChangeStamp } from '../changes.js'
import type { Handle } from './sqlite-handle.js'

/**
 * Names the states of a file between which something was committed that may be remembered, by the connection that reads
 * and the one that writes. Each is asked once for all that is done without a look at the network: a request that is
 * answered meanwhile was sent before, so nobody who sent it can have been told of a later commit of another process.
 */
export class SqliteStates {
  readonly #reader: Handle
  readonly #writer: Handle
  #state: ChangeStamp = 0
  /** The last state as the reader sees it. */
  #version: number | undefined
  /** What the reader answered since the last look at the network. */
  #asked: { stamp: ChangeStamp | undefined } | undefined
  /** What the writer answered last, and what the reader saw then. */
  #foreign: { stamp: ChangeStamp | undefined; version: number | undefined } | undefined

  constructor(reader: Handle, writer: Handle) {
    this.#reader = reader
    this.#writer = writer
  }

  /** The state now; the reader sees commits of everybody, those of the writer included. */
  stamp(): ChangeStamp | undefined {
    if (!this.#asked) {
      this.#asked = { stamp: this.#read() }
      // Runs once no promise is left to settle.
      process.nextTick(this.#forget)
    }
    return this.#asked.stamp
  }

  /** The state that other processes left; the writer does not count its own commits. */
  foreignStamp(): ChangeStamp | undefined {
    const isKnown = this.stamp() !== undefined && this.#foreign?.version === this.#version
    if (!this.#foreign || !isKnown)
      this.#foreign = { stamp: this.#writer.dataVersion(), version: this.#version }
    return this.#foreign.stamp
  }

  /** To be called after each commit of the writer that is not silent. */
  noteCommit(): void {
    this.#forget()
  }

  /** Commits without another state, unless another process commits at the same moment. */
  commitSilently(commit: () => void): void {
    // Takes in what others have committed. From here on they wait for this commit.
    this.#read()
    const others = this.#writer.dataVersion()
    commit()
    const version = this.#reader.dataVersion()
    // Of others the writer sees all that the reader has seen.
    if (others !== undefined && this.#writer.dataVersion() === others) this.#version = version
    this.#forget()
  }

  readonly #forget = () => {
    this.#asked = undefined
  }

  #read(): ChangeStamp | undefined {
    const version = this.#reader.dataVersion()
    if (version === undefined) return undefined
    if (version !== this.#version) this.#state++
    this.#version = version
    return this.#state
  }
}
