import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** What Node.js calls the requests that it could not read, and what we answer. */
const ANSWERS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The body of the request is too large.'],
  HPE_INVALID_METHOD: [400, 'The method is unknown, or this is no HTTP.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long.'],
}

/**
 * Answers requests that are not HTTP or arrive too slowly, and closes the connection. No handler sees the request.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = ANSWERS[error.code ?? ''] ?? [400, 'The request is malformed.']
  writeRawError(socket, status, detail)
}

/** After its answer a connection stays this long, so that the client reads it before the connection is reset. */
const LINGER_MS = 250

/** A client that does not read its answer has this long. */
const STALLED_MS = 2000

/**
 * Writes a whole answer to a connection that no request stands for, and closes it, whether or not its other end does:
 * one that is only half closed would stay for as long as that likes.
 */
export function writeRawError(socket: Duplex, status: number, detail: string): void {
  const body = JSON.stringify({ detail })
  socket.on('error', () => socket.destroy())
  const close = () => socket.destroy()
  setTimeout(close, STALLED_MS).unref()
  socket.once('finish', () => setTimeout(close, LINGER_MS).unref())
  // What still comes is not looked at, but it has to be read or the answer would be lost.
  socket.resume()
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      'Content-Type: application/json; charset=utf-8\r\n' +
      `Content-Length: ${body.length}\r\n` +
      'X-Content-Type-Options: nosniff\r\n' +
      `Connection: close\r\n\r\n${body}`,
  )
}
