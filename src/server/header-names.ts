import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http'

/** Names whose usual spelling is not one capital for each word. */
const SPECIAL: Readonly<Record<string, string>> = {
  etag: 'ETag',
  'www-authenticate': 'WWW-Authenticate',
}

const spelled = new Map<string, string>()

/**
 * A header name as specifications and deployed clients write it: `Link`, `ETag`, `X-Total-Count`. The case of a
 * name means nothing to HTTP (RFC 9110, 5.1), but some clients compare it. The names are those of our own code, so
 * the table of them stays small.
 */
export function headerName(name: string): string {
  let known = spelled.get(name)
  if (known === undefined) {
    const lower = name.toLowerCase()
    known = SPECIAL[lower] ?? lower.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
    spelled.set(name, known)
  }
  return known
}

type Headers = Readonly<Record<string, OutgoingHttpHeader | undefined>> | readonly OutgoingHttpHeader[]

type StoreHeader = (this: ServerResponse, statusLine: string, headers: unknown) => void

/** Undocumented: `passesLines` tells whether it works as it is used here. */
const { _storeHeader: storeHeader } = ServerResponse.prototype as { _storeHeader?: StoreHeader }

/**
 * A response that sends header names in their usual spelling, regardless of who sets them: Fastify writes all names in
 * lower case. `writeHead` has the headers of finished answers, `setHeader` those of streamed ones.
 */
export class SpelledResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  #lines = ''

  /** Writes a head with some lines as they are, besides headers whose names have their usual spelling. */
  writeLines(status: number, lines: string, headers: string[]): void {
    this.#lines = lines
    super.writeHead(status, headers)
  }

  /** Node.js makes the text of every head by this function, which nobody else can give text to. */
  _storeHeader(statusLine: string, headers: unknown): void {
    storeHeader?.call(this, statusLine + this.#lines, headers)
  }

  override setHeader(name: string, value: number | string | readonly string[]): this {
    return super.setHeader(headerName(name), value)
  }

  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    const given = typeof reason === 'string' ? headers : reason
    if (given === undefined) return super.writeHead(status, reason as string | undefined)
    return typeof reason === 'string'
      ? super.writeHead(status, reason, spell(given))
      : super.writeHead(status, spell(given))
  }
}

/** Headers that many answers have: a flat list of names, in their usual spelling, and values. */
export class KnownHeaders {
  readonly list: readonly string[]
  #lines: string | undefined

  constructor(list: readonly string[]) {
    this.list = list
  }

  /** The lines of the headers, made once: Node.js would check and join them for each answer. Throws for invalid headers. */
  get lines(): string {
    return (this.#lines ??= linesOf(this.list))
  }
}

function linesOf(list: readonly string[]): string {
  let lines = ''
  for (let at = 0; at + 1 < list.length; at += 2) {
    const [name, value] = [list[at] as string, list[at + 1] as string]
    validateHeaderName(name)
    validateHeaderValue(name, value)
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

/** Writes the head of an answer: headers that others have too, and its own, which have their usual spelling already. */
export function writeKnownHead(
  response: ServerResponse,
  status: number,
  known: KnownHeaders,
  own: string[],
): void {
  if (response instanceof SpelledResponse && passesLines) response.writeLines(status, known.lines, own)
  else ServerResponse.prototype.writeHead.call(response, status, [...known.list, ...own])
}

/** Whether this Node.js sends lines that are given to `writeLines`. */
const passesLines = ((): boolean => {
  const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage
  const response = new SpelledResponse(request)
  response.writeLines(200, 'X-Known: yes\r\n', ['X-Own', 'yes'])
  const { _header: head } = response as { _header?: unknown }
  return typeof head === 'string' && head.startsWith('HTTP/1.1 200 OK\r\nX-Known: yes\r\nX-Own: yes\r\n')
})()

/** Headers as the flat list of names and values that Node.js takes. */
function spell(headers: Headers): OutgoingHttpHeader[] {
  if (Array.isArray(headers))
    return headers.map((item: OutgoingHttpHeader, index) =>
      index % 2 === 0 ? headerName(String(item)) : item,
    )
  const list: OutgoingHttpHeader[] = []
  for (const [name, value] of Object.entries(headers as object))
    if (value !== undefined) list.push(headerName(name), value as OutgoingHttpHeader)
  return list
}
