import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../../config/context.js'
import { NotFound } from '../../util/errors.js'
import { networkTest } from '../../util/network.js'
import type { AnswerCache } from '../answer-cache.js'
import { routeName } from '../route-name.js'
import type { WorkerGroup } from '../worker-group.js'
import { healthProblem } from './health.js'
import { makeMetrics } from './metrics.js'

/** What supervisors, load balancers and Prometheus ask. */
export function addMonitor(
  app: FastifyInstance,
  context: Context,
  answers: AnswerCache,
  group?: WorkerGroup,
): void {
  let isStopping = false
  app.addHook('preClose', (done) => {
    isStopping = true
    done()
  })
  /** Whether the process lives; it does if it answers. */
  app.get('/healthz', async (_, reply) => reply.type('text/plain').send('ok\n'))
  /** Whether requests are to be sent here. */
  app.get('/readyz', async (_, reply) => {
    const problem = isStopping ? 'the server is stopping' : await healthProblem(context.db)
    return reply
      .code(problem === undefined ? 200 : 503)
      .type('text/plain')
      .send(`${problem ?? 'ok'}\n`)
  })
  const metrics = makeMetrics(context, answers, group)
  metrics.addGauge('patchwork_event_streams', 'Open streams of events.', () => app.eventStreams.size)
  metrics.addGauge('patchwork_waiting_requests', 'Requests that wait for events.', () => app.longPolls.size)
  answers.onEarly = (...answer) => metrics.count(...answer)
  app.addHook('onResponse', (request, reply, done) => {
    // How long a client waits for what happens says nothing about the server.
    if (!request.isHeld)
      metrics.count(request.method, routeName(request), reply.statusCode, reply.elapsedTime)
    done()
  })
  const isAllowed = allowing(context.config.metricsFrom)
  app.get('/metrics', async (request, reply) => {
    if (!isAllowed(request)) throw new NotFound()
    return reply.type(metrics.type).send(await metrics.read())
  })
}

/** A client behind an untrusted proxy could be anybody, whatever the address of the connection is. */
function allowing(networks: readonly string[]): (request: FastifyRequest) => boolean {
  const isWithin = networkTest(networks)
  return ({ ip, headers, ips }) => {
    const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
    if (isForwarded && ips === undefined) return false
    return isWithin(ip)
  }
}
