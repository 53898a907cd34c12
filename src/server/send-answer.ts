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
  if (isNamed(answer.etag, headers['if-none-match'])) return writeNotModified(exchange, answer)
  const { body, mayCompress, stamp } = answer
  const encoding = mayCompress ? chooseEncoding(headers['accept-encoding'], body.length) : undefined
  if (encoding === undefined) return write(exchange, answer, body)
  const known = answer[encoding]
  if (known) return write(exchange, answer, known, encoding)
  compress(body, encoding, (error, compressed) => {
    if (error || !compressed) return write(exchange, answer, body)
    cache.addEncoded(key, stamp, encoding, compressed)
    write(exchange, answer, compressed, encoding)
  })
}

function write(exchange: Exchange, answer: Answer, body: Buffer, encoding?: Encoding): void {
  const { response, id, startedAt } = exchange
  const list = ['X-Request-Id', id, ...answer.headers, 'Server-Timing', timingSince(startedAt)]
  list.push('Content-Length', String(body.length))
  if (encoding) list.push('Content-Encoding', encoding)
  writeSpelledHead(response, 200, list)
  response.end(body)
}

function writeNotModified({ response, id, startedAt }: Exchange, { bodilessHeaders }: Answer): void {
  const list = ['X-Request-Id', id, ...bodilessHeaders, 'Server-Timing', timingSince(startedAt)]
  writeSpelledHead(response, 304, list)
  response.end()
}
