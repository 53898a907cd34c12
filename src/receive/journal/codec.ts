import { hash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { LIMITS } from '../../mail/limits.js'

/** The bytes of a mail in the journal's form. */
export interface EncodedMail {
  /** Identifies a mail in the journal: SHA-256, base64url. */
  digest: string
  /** Size of the raw mail, in bytes. */
  size: number
  /** The mail, compressed by Zstandard. */
  raw: Buffer
}

/** Fast; for a text of a few kilobytes nearly as small as higher levels. */
const LEVEL = 1

export function encodeMail(bytes: Uint8Array): EncodedMail {
  return { digest: digestOf(bytes), size: bytes.length, raw: compress(bytes) }
}

export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}

function compress(bytes: Uint8Array): Buffer {
  // A buffer that is usually large enough: growing the buffer takes as long as the compression.
  const chunkSize = Math.max(1024, bytes.length >> 1)
  // With the size, the compressor takes no more memory than it needs.
  const pledgedSrcSize = bytes.length
  return zstdCompressSync(bytes, {
    chunkSize,
    pledgedSrcSize,
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
  })
}

/** The bytes of the raw mail. */
export function decodeMail(raw: Uint8Array): Buffer {
  return zstdDecompressSync(raw, { maxOutputLength: LIMITS.mailBytes + 1 })
}
