import { pipeline, type Readable } from 'node:stream'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  gzipSync,
} from 'node:zlib'

export type Encoding = 'br' | 'gzip'

/** Below this the header costs what is saved. */
const MIN_SIZE = 1024

/** Up to this, compressing takes less time than handing it to another thread would take from everybody. */
const LARGEST_AT_ONCE = 64 * 1024

/** Levels at which a list is compressed in a fraction of the time that it takes to make. */
const BROTLI = {
  // The window is as large as an answer is; the default one is 4 MB of memory for each.
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 },
}
const GZIP = { level: 1 }

const COMPRESSIBLE =
  /^(?:text\/|application\/(?:json|javascript|xml|[a-z0-9.-]{1,60}\+(?:json|xml))|image\/svg)/

/** Whether a body of this type grows smaller. */
export function isCompressible(type: unknown): boolean {
  return typeof type === 'string' && COMPRESSIBLE.test(type)
}

/** Longest header that is looked at; no client lists so many. */
const MAX_ACCEPT_ENCODING = 400

/**
 * The best encoding that `Accept-Encoding` allows (RFC 9110, 12.5.3): what it weighs most, brotli where it does
 * not care; undefined: send it plain, as all that is small.
 */
export function chooseEncoding(acceptEncoding: string | undefined, length: number): Encoding | undefined {
  if (length < MIN_SIZE || !acceptEncoding || acceptEncoding.length > MAX_ACCEPT_ENCODING) return undefined
  const weights = new Map<string, number>()
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', weight] = item.split(';', 2)
    weights.set(name.trim(), weight === undefined ? 1 : parseWeight(weight))
  }
  const others = weights.get('*') ?? 0
  const brotli = weights.get('br') ?? others
  const zipped = weights.get('gzip') ?? weights.get('x-gzip') ?? others
  if (brotli > 0 && brotli >= zipped) return 'br'
  return zipped > 0 ? 'gzip' : undefined
}

function parseWeight(text: string): number {
  const [, weight] = /^ *q=([01](?:\.\d{0,3})?) *$/.exec(text) ?? []
  return weight === undefined ? 0 : Number(weight)
}

/** Compresses a body and hands it on; a large one in another thread. */
export function compress(
  body: string | Buffer,
  encoding: Encoding,
  done: (error: Error | null, compressed?: Buffer) => void,
): void {
  if (body.length <= LARGEST_AT_ONCE)
    done(null, encoding === 'br' ? brotliCompressSync(body, BROTLI) : gzipSync(body, GZIP))
  else if (encoding === 'br') brotliCompress(body, BROTLI, done)
  else gzip(body, GZIP, done)
}

/** Compresses a stream; whatever ends one of them ends both. */
export function compressStream(body: Readable, encoding: Encoding): Readable {
  const compressed = encoding === 'br' ? createBrotliCompress(BROTLI) : createGzip(GZIP)
  pipeline(body, compressed, () => {
    // The error has destroyed what is sent, which tells the client and the log.
  })
  return compressed
}
