import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'

/** What a test looks at of an answer. */
export type Injected = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body'>

/** The same as `inject`, also for streams that do not end: their client leaves once it has seen the head. */
export async function injectAny(app: FastifyInstance, options: InjectOptions): Promise<Injected> {
  if (typeof options.url !== 'string' || !options.url.includes('/events/stream/'))
    return await app.inject(options)
  const answer = await app.inject({ ...options, payloadAsStream: true })
  const { statusCode, headers, raw } = answer
  if (headers['content-type'] !== 'text/event-stream') {
    let body = ''
    for await (const chunk of answer.stream()) body += String(chunk)
    return { statusCode, headers, body }
  }
  raw.res.destroy()
  return { statusCode, headers, body: '' }
}
