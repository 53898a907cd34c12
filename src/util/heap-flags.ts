import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Has V8 collect garbage at the latest when the heap is `percent` larger than its live objects. By default it may be four
 * times as large, which is most of the server's memory under many large answers.
 */
export function limitHeapGrowth(percent = 100): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}

/**
 * Whether the young generation may grow, as it should for ordinary requests. Large answers would grow it to 128 MB,
 * which V8 releases only after a pause.
 */
export function allowYoungGrowth(isAllowed: boolean): void {
  growYoungBy(isAllowed ? 2 : 1)
}

/** How many times as large the young generation becomes when V8 finds it too small. */
function growYoungBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}

/**
 * Keeps the heap of an import small. It makes garbage so fast that the collector would take memory rather than time:
 * several times the live objects, and more the longer it goes on.
 */
export function keepHeapSmall(): void {
  growYoungBy(IMPORT_YOUNG_GROWTH)
  limitHeapGrowth(IMPORT_GROWTH)
  // Flags are those of all threads: one that replaces another later would keep the 1 MB that its young generation begins with.
  setFlagsFromString(`--min-semi-space-size=${THREAD_SEMI_SPACE}`)
}

/**
 * Has each thread collect its own young generation, for a process whose threads keep all cores busy: helpers would take
 * time from the other threads, and a collection has only milliseconds to share.
 */
export function collectWithoutHelpers(): void {
  setFlagsFromString('--no-parallel-scavenge')
}

/** Growth of the heaps of an import, in percent: 100 takes six megabytes more, and no less time. */
const IMPORT_GROWTH = 50

/**
 * Megabytes of each of the two spaces of a thread's young generation: results of a batch of mail that outlive a
 * smaller one become old, and are collected with all other old objects.
 */
const THREAD_SEMI_SPACE = 4

/** The young generation grows by this factor from the one megabyte that it begins with. */
const IMPORT_YOUNG_GROWTH = 2

/**
 * Bytes of the young generation of an import, both halves: a smaller one is collected before most of its objects have
 * died. With 8 MB an import takes a twentieth more of the processor, with 32 MB it takes 15 MB more memory and no less time.
 */
const MAX_YOUNG_BYTES = 16 * 1024 * 1024

/**
 * Lets the young generation grow until it is large enough for batches of mail. It grows from collection to collection, and
 * V8 takes no other limit once it runs: call it after each batch.
 */
export function limitYoungGeneration(): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
  const isSmall = young !== undefined && young.space_size < MAX_YOUNG_BYTES
  growYoungBy(isSmall ? IMPORT_YOUNG_GROWTH : 1)
}

/**
 * Collects all garbage now, which takes some 20 ms. V8 sees the bytes of buffers late, and a server that makes large
 * answers one after the other would keep several of them.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
}
