import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

const WORKER = `
const { parentPort, workerData } = require('node:worker_threads')
const { compareSync } = require(workerData.path)
parentPort.on('message', ({ id, password, hash }) => {
  parentPort.postMessage({ id, isRight: compareSync(password, hash) })
})`

/**
 * Compares passwords with hashes of bcrypt, in a thread: bcryptjs works in JavaScript, and would hold up all requests. It
 * starts with the first of them and stays: to start one takes as much time as a cheap hash, which would tell the two apart.
 */
export class Bcrypt {
  #worker: Worker | undefined
  readonly #waiting = new Map<number, PromiseWithResolvers<boolean>>()
  #last = 0

  /** Keeps the process alive only while a caller waits. */
  async compare(password: string, hash: string): Promise<boolean> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#last
    const result = Promise.withResolvers<boolean>()
    this.#waiting.set(id, result)
    worker.ref()
    worker.postMessage({ id, password, hash }, [])
    return await result.promise
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const path = createRequire(import.meta.url).resolve('bcryptjs')
    const worker = new Worker(WORKER, { eval: true, workerData: { path } })
    worker.on('message', ({ id, isRight }: { id: number; isRight: boolean }) => {
      this.#waiting.get(id)?.resolve(isRight)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) worker.unref()
    })
    worker.on('error', (error) => this.#end(worker, error))
    worker.on('exit', () => this.#end(worker, new Error('The thread for bcrypt ended.')))
    return worker
  }

  #end(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
