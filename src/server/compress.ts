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

/** Below this size, in bytes, the header costs more than compression saves. */
const MIN_SIZE = 1024

/** Up to this, compressing takes less time than handing it to another thread would take from everybody. */
const LARGEST_AT_ONCE = 64 * 1024

/** Levels at which a list is compressed in a fraction of the time that it takes to make. */
const BROTLI = {
  // The window is as large as an answer is; the default one is 4 MB of memory for each.
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 },
}
const GZIP = { level: 1 }

/** A stream has its encoder for as long as a client takes to read it: many have one at once, so each is small. */
const BROTLI_STREAM = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 },
}

/** Large bodies that are compressed at once: each needs an encoder, and room for what comes out of it. */
const MAX_AT_ONCE = 2

const COMPRESSIBLE =
  /^(?:text\/|application\/(?:json|javascript|xml|[a-z0-9.-]{1,60}\+(?:json|xml))|image\/svg)/

/** Whether a body of this type grows smaller. */
export function isCompressible(type: unknown): boolean {
  return typeof type === 'string' && COMPRESSIBLE.test(type)
}

/** Longest `Accept-Encoding` that is parsed; no client lists that many. */
const MAX_ACCEPT_ENCODING = 400

/**
 * The best encoding that `Accept-Encoding` allows (RFC 9110, 12.5.3): the one with the highest weight, brotli on a
 * tie; undefined for an uncompressed answer, which small bodies always get.
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

type Compressed = (error: Error | null, compressed?: Buffer) => void

const waiting: (() => void)[] = []
let running = 0

/** Compresses a body and hands it on; a large one in another thread, and `MAX_AT_ONCE` of those at once. */
export function compress(body: string | Buffer, encoding: Encoding, done: Compressed): void {
  if (body.length <= LARGEST_AT_ONCE)
    return done(null, encoding === 'br' ? brotliCompressSync(body, BROTLI) : gzipSync(body, GZIP))
  const start = () => {
    running++
    const ended: Compressed = (error, compressed) => {
      running--
      waiting.shift()?.()
      done(error, compressed)
    }
    if (encoding === 'br') brotliCompress(body, BROTLI, ended)
    else gzip(body, GZIP, ended)
  }
  if (running < MAX_AT_ONCE) start()
  else waiting.push(start)
}

/** Compresses a stream; whatever ends one of them ends both. */
export function compressStream(body: Readable, encoding: Encoding): Readable {
  const compressed = encoding === 'br' ? createBrotliCompress(BROTLI_STREAM) : createGzip(GZIP)
  pipeline(body, compressed, () => {
    // The error has destroyed the stream, which the client and the log see.
  })
  return compressed
}
