import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, AnswerCache } from './answer-cache.js'
import { chooseEncoding, compress, type Encoding } from './compress.js'
import { isNamed } from './etag.js'
import { writeSpelledHead } from './header-names.js'
import { timingSince } from './headers.js'

/** A request, and what of its answer belongs to it alone. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly id: string
  /** When the request came, by `performance.now()`. */
  readonly startedAt: number
}

/** Sends an answer without Fastify, which would take as long as all else. */
export function sendAnswer(cache: AnswerCache, key: string, answer: Answer, exchange: Exchange): void {
  const { headers } = exchange.request
  if (isNamed(answer.etag, headers['if-none-match'])) return write(exchange, 304, answer)
  const { body, mayCompress, stamp } = answer
  const encoding = mayCompress ? chooseEncoding(headers['accept-encoding'], body.length) : undefined
  if (encoding === undefined) return write(exchange, 200, answer, body)
  const known = answer[encoding]
  if (known) return write(exchange, 200, answer, known, encoding)
  compress(body, encoding, (error, compressed) => {
    if (error || !compressed) return write(exchange, 200, answer, body)
    cache.addEncoded(key, stamp, encoding, compressed)
    write(exchange, 200, answer, compressed, encoding)
  })
}

function write(
  { response, id, startedAt }: Exchange,
  status: 200 | 304,
  { headers }: Answer,
  body?: Buffer,
  encoding?: Encoding,
): void {
  const list = ['X-Request-Id', id, ...headers, 'Server-Timing', timingSince(startedAt)]
  if (body) list.push('Content-Length', String(body.length))
  else list.splice(list.indexOf('Content-Type'), 2)
  if (encoding) list.push('Content-Encoding', encoding)
  writeSpelledHead(response, status, list)
  response.end(body)
}
