import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { type Config, readConfig } from '../../src/config/config.js'
import { AnswerCache } from '../../src/server/answer-cache.js'
import { addHttp } from '../../src/server/http.js'
import { makeServer } from '../../src/server/server.js'
import { makeLog } from '../../src/util/log.js'

export const LONG = JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, name: `lamp — ${id}` })))

/** A server with what every address has in common, and a few addresses to try it on; it logs to `lines`. */
export async function serverWith(
  settings: Partial<Config> = {},
  lines: string[] = [],
): Promise<FastifyInstance> {
  const all = { ...readConfig({ PATCHWORK_LOG_LEVEL: 'warn' }), ...settings }
  const app = makeServer(all, makeLog(all, { write: (line) => lines.push(line) }))
  await addHttp(app, all, new AnswerCache(0, () => undefined), (error) => error)
  app.get('/api/long/', async (_, reply) => reply.type('application/json').send(LONG))
  app.get('/api/short/', async () => ({ id: 1 }))
  app.options('/api/short/', async (_, reply) => reply.header('allow', 'GET').send({ name: 'short' }))
  app.post('/api/short/', async (request) => describeBody(request.body))
  app.get('/api/bug/', async () => {
    throw new Error('the password is 1234')
  })
  app.get('/api/patches/:id', async (request) => request.params)
  app.get('/page/', async (_, reply) => reply.type('text/html; charset=utf-8').send('<p>lamp</p>'))
  return app
}

function describeBody(body: unknown): unknown {
  return body instanceof URLSearchParams ? { form: [...body] } : { json: body }
}

/** Sends bytes as they are to a listening server, and gives all that comes back. */
export async function raw(app: FastifyInstance, request: string): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(request)
  return await text(socket)
}
