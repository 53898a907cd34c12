import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Invalid, PatchworkError } from '../util/errors.js'

/**
 * Reads bodies: JSON as it is, forms of both kinds to `URLSearchParams`, whatever else to undefined. A body of no
 * bytes has no fields, whatever its type: some clients send the same `Content-Type` with everything. None is
 * larger than the server's body limit, for all are read whole before anybody looks at them. Names such as
 * `__proto__` are names like any other: objects made by `JSON.parse` have them as their own.
 */
export function addBodyParsers(app: FastifyInstance): void {
  // Not async: every request would wait for a promise.
  app.addHook('onRequest', (request, _, done) => {
    checkEncoding(request)
    done()
  })
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) => parseJson(body),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )
  app.addContentTypeParser<Buffer>(
    'multipart/form-data',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      await parseMultipart(request.headers['content-type'] ?? '', body),
  )
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body.length === 0 ? {} : undefined),
  )
}

/** Throws for a body that is compressed. */
function checkEncoding({ headers, method }: FastifyRequest): void {
  // Reads have no body, so there is nothing that could be encoded.
  if (method === 'GET' || method === 'HEAD') return
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity')
    throw new PatchworkError(415, `Unsupported content encoding "${encoding}" in request.`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Throws Invalid. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    throw new Invalid('JSON parse error - the body is not valid UTF-8.')
  }
  if (text.trim() === '') throw new Invalid('JSON parse error - the body is empty.')
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Invalid('JSON parse error - the body is not valid JSON.')
  }
}

/** The fields of a multipart form; files are nothing that we take. Throws Invalid. */
async function parseMultipart(type: string, body: Buffer): Promise<URLSearchParams> {
  const fields = new URLSearchParams()
  if (body.length === 0) return fields
  let form: FormData
  try {
    form = await new Response(body as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': type },
    }).formData()
  } catch {
    throw new Invalid('Multipart form parse error - the body is not a valid form.')
  }
  for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value)
  return fields
}
