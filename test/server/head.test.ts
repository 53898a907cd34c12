import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import { beforeEach, expect, it } from 'vitest'
import { answerHead } from '../../src/server/head.js'

let app: FastifyInstance
beforeEach(() => {
  app = Fastify({ exposeHeadRoutes: false })
  answerHead(app)
})

const ask = async (method: 'GET' | 'HEAD' | 'POST', url: string) => {
  const { statusCode, headers, body } = await app.inject({ method, url })
  return { statusCode, length: headers['content-length'], body }
}

it('answers HEAD as GET, with the length of the body that it omits', async () => {
  app.get('/text', async () => 'täxt')
  expect(await ask('GET', '/text')).toEqual({ statusCode: 200, length: '5', body: 'täxt' })
  expect(await ask('HEAD', '/text')).toEqual({ statusCode: 200, length: '5', body: '' })
})

it('runs the hooks of the route before the body is omitted', async () => {
  app.get('/text', { onSend: async (_request, _reply, payload) => `${String(payload)}!` }, async () => 'text')
  expect(await ask('HEAD', '/text')).toEqual({ statusCode: 200, length: '5', body: '' })
})

it('ends a stream without reading it', async () => {
  const stream = new Readable({ read: () => expect.unreachable() })
  app.get('/stream', async (_, reply) => reply.type('text/plain').send(stream))
  expect(await ask('HEAD', '/stream')).toEqual({ statusCode: 200, length: undefined, body: '' })
  expect(stream.destroyed).toBe(true)
})

it('says a length of 0 where there is no body', async () => {
  app.get('/away', async (_, reply) => reply.redirect('/text'))
  expect(await ask('HEAD', '/away')).toEqual({ statusCode: 302, length: '0', body: '' })
})

it('answers HEAD only where GET is answered', async () => {
  app.post('/form', async () => 'posted')
  expect((await ask('HEAD', '/form')).statusCode).toBe(404)
})
