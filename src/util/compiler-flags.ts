import { setFlagsFromString } from 'node:v8'

/** Calls of a small function before V8 optimizes it; twice as many as by default. */
const CALLS_BEFORE_OPTIMIZING = 30_000

/**
 * Has V8 optimize only functions that run very often, for a process that ends after some seconds: on two cores its
 * optimizing compiler takes time from the threads that do the work. Other functions keep the code of the quick compiler.
 */
export function optimizeLater(): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_BEFORE_OPTIMIZING}`)
}
