import type { ClientRequest, IncomingMessage } from 'node:http'
import { isIPv6, type LookupFunction } from 'node:net'
import { MAX_ANSWER } from '../../domain/webhooks/rules.js'

/** One POST to a receiver that may be hostile: to checked addresses, without redirects, with an end. */

/** Of an answer no more is read, in bytes. */
const MAX_READ = 64 * 1024

const MAX_HEADERS = 16 * 1024

export interface Target {
  readonly url: URL
  /** The connection goes to one of these: the name is not resolved again, for it may lead elsewhere by then. */
  readonly addresses: readonly string[]
}

export interface Answer {
  readonly status: number
  /** The beginning of its body. */
  readonly text: string
}

/**
 * Sends a body. Once the status is known, it is the answer, however the rest comes. Throws an Error with a sentence for
 * users where there is none.
 */
export async function post(
  { url, addresses }: Target,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Answer> {
  // Loaded with the first delivery: commands that use rules of webhooks load this module too, and deliver nothing.
  const { request: start } =
    url.protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length), 'accept-encoding': 'identity' },
    // Its own connection: none is kept for the next request, which may be to other addresses.
    agent: false,
    lookup: pinnedTo(addresses),
    maxHeaderSize: MAX_HEADERS,
    signal,
  } as const
  const request = start(url, options)
  try {
    return await new Promise<Answer>((resolve, reject) => {
      request.on('response', (response) => readAnswer(request, response, resolve))
      request.on('error', (error) => reject(signal.aborted ? error : new Error(reasonOf(error))))
      // A receiver that switches protocols has not answered.
      request.on('upgrade', () => reject(new Error('The receiver switched to another protocol.')))
      request.end(body)
    })
  } finally {
    request.destroy()
  }
}

function readAnswer(
  request: ClientRequest,
  response: IncomingMessage,
  resolve: (answer: Answer) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  const finish = () => resolve({ status: response.statusCode ?? 0, text: beginningOf(chunks) })
  response.on('data', (chunk: Buffer) => {
    if (size < MAX_ANSWER) chunks.push(chunk)
    size += chunk.length
    if (size <= MAX_READ) return
    finish()
    request.destroy()
  })
  response.on('end', finish)
  response.on('error', finish)
  response.on('close', finish)
}

/** As UTF-8; what is no text, or no text that databases store, becomes the replacement character. */
function beginningOf(chunks: readonly Buffer[]): string {
  const bytes = Buffer.concat(chunks).subarray(0, MAX_ANSWER)
  // As a part of a stream: a character that was cut in two is left out.
  return new TextDecoder().decode(bytes, { stream: true }).replaceAll('\0', '\uFFFD')
}

function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  return (_, { all: isAll }, callback) => {
    const [first] = all
    if (!first) callback(new Error('There is no address.'), '', 0)
    else if (isAll) callback(null, all)
    else callback(null, first.address, first.family)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before an answer came.',
  EPIPE: 'The connection was closed before an answer came.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The network cannot be reached.',
  ETIMEDOUT: 'The host did not answer.',
  EPROTO: 'The receiver speaks no TLS.',
  HPE_HEADER_OVERFLOW: 'The headers of the answer are too long.',
}

/** An error of a connection as a sentence. */
function reasonOf(error: NodeJS.ErrnoException): string {
  // All addresses of a host failed, each in its way.
  const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : []
  const { code = '', message } = first ?? error
  if (REASONS[code]) return REASONS[code]
  if (code.startsWith('HPE_')) return 'The answer is no HTTP.'
  if (/^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/.test(code))
    // What Node.js says after a semicolon is for those who run it.
    return `The connection is not secure: ${message.split(';', 1)[0]?.slice(0, 300)}.`
  return `The connection failed (${code || message.slice(0, 300)}).`
}
