import { setFlagsFromString } from 'node:v8'

/** Calls of a small function before V8 optimizes it; 3,000 by default. An import of a hundred thousand mails gets there. */
const CALLS_BEFORE_OPTIMIZING = 200_000

/**
 * Has V8 optimize only functions that run very often, for a process that ends after some seconds: on two cores its
 * optimizing compiler takes time from the threads that do the work. Other functions keep the code of the quick compiler.
 */
export function optimizeLater(): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_BEFORE_OPTIMIZING}`)
}

/**
 * Has V8 keep all that it has compiled. It drops functions that no batch has called for some collections, of which an
 * import has many, and compiles them again when a mail needs them.
 */
export function keepCompiled(): void {
  setFlagsFromString('--no-flush-bytecode')
}
