import { type IncomingMessage, type OutgoingHttpHeader, ServerResponse } from 'node:http'

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

/**
 * A response that sends header names in their usual spelling, regardless of who sets them: Fastify writes all names in
 * lower case. `writeHead` has the headers of finished answers, `setHeader` those of streamed ones.
 */
export class SpelledResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
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

/** Writes the head of an answer whose headers are a flat list of names and values; the names have their usual spelling already. */
export function writeSpelledHead(response: ServerResponse, status: number, headers: string[]): void {
  ServerResponse.prototype.writeHead.call(response, status, headers)
}

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
