import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Context } from '../../config/context.js'
import { countMails } from '../../domain/mails/list.js'
import { countMail } from '../../domain/outbox/queries.js'
import { countWebhooks } from '../../domain/webhooks/queries.js'
import type { AnswerCache } from '../answer-cache.js'
import type { WorkerGroup } from '../worker-group.js'

export interface Metrics {
  /** The content type of what `read` gives. */
  readonly type: string
  /** Counts an answer by its route: attackers could make up any number of addresses. */
  count(method: string, route: string | undefined, status: number, milliseconds: number): void
  /** Adds a figure of the moment. */
  addGauge(name: string, help: string, read: () => number): void
  /** All figures in the text form of Prometheus, those of all workers together. */
  read(): Promise<string>
}

/** In seconds: most answers take a millisecond. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The figures of one server: of this process, or of all workers of its `group`. */
export function makeMetrics({ db, webhooks }: Context, answers: AnswerCache, group?: WorkerGroup): Metrics {
  const registry = new Registry()
  const requests = new Histogram({
    name: 'patchwork_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })
  addQueue(registry, 'patchwork_outbox_mails', 'Mails to be sent, sent and given up.', () => countMail(db))
  addQueue(registry, 'patchwork_journal_mails', 'Mails that the journal has, by what became of them.', () =>
    countMails(db),
  )
  addQueue(registry, 'patchwork_webhooks', 'Webhooks by what they do.', () => countWebhooks(db))
  addDeliveries(registry, webhooks)
  addAnswers(registry, answers)
  let isWatching = false
  const watch = () => {
    // Process metrics cost CPU time: they start with the first request for metrics.
    if (!isWatching) collectDefaultMetrics({ register: registry, prefix: 'patchwork_' })
    isWatching = true
  }
  group?.provideMetrics(async () => {
    watch()
    return await registry.getMetricsAsJSON()
  })
  return {
    type: registry.contentType,
    count: (method, route = 'none', status, milliseconds) =>
      requests.observe({ method, route, status }, milliseconds / 1000),
    addGauge: (name, help, read) => addFigure(registry, name, help, Gauge, read),
    async read() {
      if (group) return await AggregatorRegistry.aggregate([...(await group.collectMetrics())]).metrics()
      watch()
      return await registry.metrics()
    },
  }
}

/** What this server sent to webhooks. */
function addDeliveries(registry: Registry, { counts }: Context['webhooks']): void {
  const counter = new Counter({
    name: 'patchwork_webhook_deliveries_total',
    help: 'Attempts of this server to send an event to a webhook, by their outcome.',
    labelNames: ['outcome'],
    registers: [],
    collect() {
      this.reset()
      for (const outcome of ['delivered', 'failed'] as const) this.inc({ outcome }, counts[outcome])
    },
  })
  registry.registerMetric(counter)
}

/** Adds a figure that is read when it is asked for. */
function addFigure(
  registry: Registry,
  name: string,
  help: string,
  Kind: typeof Counter | typeof Gauge,
  read: () => number,
): void {
  const metric = new Kind({
    name,
    help,
    registers: [],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
  registry.registerMetric(metric)
}

/** What the memory of answers does. */
function addAnswers(registry: Registry, answers: AnswerCache): void {
  const add = addFigure.bind(undefined, registry)
  add('patchwork_answers_hits_total', 'Answers that were given again.', Counter, () => answers.hits)
  add('patchwork_answers_misses_total', 'Answers that had to be made.', Counter, () => answers.misses)
  add('patchwork_answers_bytes', 'Bytes that remembered answers take.', Gauge, () => answers.bytes)
}

function addQueue(
  registry: Registry,
  name: string,
  help: string,
  count: () => Promise<Readonly<Record<string, number>>>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['state'],
    registers: [],
    // All workers count the same rows.
    aggregator: 'max',
    async collect() {
      this.reset()
      for (const [state, value] of Object.entries(await count())) this.set({ state }, value)
    },
  })
  registry.registerMetric(gauge)
}
