import type { MetricObject } from 'prom-client'

/** How often a client has asked in its window, and how many milliseconds that lasts. */
export interface RequestCount {
  readonly current: number
  readonly ttl: number
}

/** What the workers of one server do together: a process counts for all of them, and passes on what they ask. */
export interface WorkerGroup {
  /** Counts a request of a client, whichever worker it came to. */
  countRequest(client: string): Promise<RequestCount>
  /** The figures of all workers that answer in time, one list for each. */
  collectMetrics(): Promise<readonly (readonly MetricObject[])[]>
  /** Says how this worker's own figures are read. */
  provideMetrics(read: () => Promise<MetricObject[]>): void
  /** Resolves once all workers know that the database has changed, or after a short time. */
  announceChange(): Promise<void>
}
