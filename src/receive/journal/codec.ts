import { hash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { LIMITS } from '../../mail/limits.js'

/** The bytes of a mail as the journal keeps them. */
export interface EncodedMail {
  /** By which the journal knows a mail again: SHA-256, base64url. */
  digest: string
  /** Of the mail as it came, in bytes. */
  size: number
  /** Compressed, by Zstandard. */
  raw: Buffer
}

/** Quick, and nearly as small as higher levels make a text of a few kilobytes. */
const LEVEL = 1

export function encodeMail(bytes: Uint8Array): EncodedMail {
  return { digest: digestOf(bytes), size: bytes.length, raw: compress(bytes) }
}

export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url')
}

function compress(bytes: Uint8Array): Buffer {
  // A buffer that it mostly fits in, at once: finding a size takes as long as compressing.
  const chunkSize = Math.max(1024, bytes.length >> 1)
  return zstdCompressSync(bytes, { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: LEVEL } })
}

/** The bytes of a mail as it came. */
export function decodeMail(raw: Uint8Array): Buffer {
  return zstdDecompressSync(raw, { maxOutputLength: LIMITS.mailBytes + 1 })
}
