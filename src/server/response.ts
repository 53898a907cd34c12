import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseEncoding, compress, compressStream, isCompressible } from './compress.js'
import { etagOf, isNamed } from './etag.js'
import { addVary } from './headers.js'

/** The end of an onSend hook. */
type Done = (error: Error | null, payload?: unknown) => void

/**
 * Prepares a complete body for sending: adds the ETag, omits the body if the client has it, else compresses it. The
 * ETag is computed first, from the plain body, so that it does not depend on the encoding.
 */
export function sendBody(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done): void {
  if (payload instanceof Readable) {
    request.pendingAnswer?.leave()
    return sendStream(request, reply, payload, done)
  }
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) {
    request.pendingAnswer?.leave()
    return done(null, payload)
  }
  const body = encoded(payload)
  const mayCompress = !reply.hasHeader('content-encoding') && isCompressible(reply.getHeader('content-type'))
  if (mayCompress) addVary(reply, 'Accept-Encoding')
  const isUnchanged = isKnown(request, reply, body)
  request.pendingAnswer?.keep(reply, body, mayCompress)
  if (isUnchanged) {
    void reply.code(304).removeHeader('content-type').removeHeader('content-length')
    // Fastify says how long a HEAD's body would be unless it is a stream; a 304 may not say 0.
    return done(null, request.method === 'HEAD' ? Readable.from([]) : null)
  }
  const encoding = mayCompress ? chooseEncoding(request.headers['accept-encoding'], body.length) : undefined
  if (encoding === undefined) return done(null, body)
  void reply.header('content-encoding', encoding).removeHeader('content-length')
  compress(body, encoding, (error, compressed) => {
    if (compressed) request.pendingAnswer?.keepEncoded(encoding, compressed)
    done(error, compressed)
  })
}

/** A stream has no ETag, because its content is not known in advance; it is compressed on the fly. */
function sendStream(request: FastifyRequest, reply: FastifyReply, payload: Readable, done: Done): void {
  if (request.method === 'HEAD') {
    payload.destroy()
    return done(null, Readable.from([]))
  }
  const mayCompress = !reply.hasHeader('content-encoding') && isCompressible(reply.getHeader('content-type'))
  if (!mayCompress) return done(null, payload)
  addVary(reply, 'Accept-Encoding')
  const encoding = chooseEncoding(request.headers['accept-encoding'], Infinity)
  if (encoding === undefined) return done(null, payload)
  void reply.header('content-encoding', encoding).removeHeader('content-length')
  done(null, compressStream(payload, encoding))
}

/** Adds the ETag to an answer; returns whether the client already has this body. */
function isKnown({ method, headers }: FastifyRequest, reply: FastifyReply, body: string | Buffer): boolean {
  if (reply.statusCode !== 200 || (method !== 'GET' && method !== 'HEAD')) return false
  if (!reply.hasHeader('etag')) void reply.header('etag', etagOf(body))
  return isNamed(String(reply.getHeader('etag')), headers['if-none-match'])
}

/** A text below this size, in bytes, is sent together with the header in one write. */
const SMALL = 8192

/** Up to this, room for the longest encoding of each character is no waste. */
const LARGE = 128 * 1024

/**
 * A larger text is encoded once, here, for the tag, the length and the wire. Writing into too much room takes
 * half the time of `Buffer.from`, which measures the text first.
 */
function encoded(payload: string | Buffer): string | Buffer {
  if (typeof payload !== 'string' || payload.length < SMALL) return payload
  if (payload.length > LARGE) return Buffer.from(payload)
  const room = Buffer.allocUnsafe(payload.length * 3)
  return room.subarray(0, room.write(payload))
}
