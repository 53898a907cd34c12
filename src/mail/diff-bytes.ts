import { isUtf8 } from 'node:buffer'
import type { RawBytes } from './text-part.js'

/** A diff as text, and its bytes if they are not the UTF-8 form of the text. */
export interface EncodedDiff {
  diff: string
  bytes: Buffer | undefined
}

/**
 * The diff of a part whose bytes are not UTF-8. `git apply` compares bytes: a diff of files in another charset applies
 * only as it was sent.
 *
 * @param diff as decoded by the charset of the part
 * @param find finds the diff in a text that has a character for each byte
 */
export function encodedDiff(
  raw: RawBytes,
  diff: string,
  find: (text: string) => string | undefined,
): EncodedDiff {
  const found = find(raw.bytes.toString('latin1'))
  if (found === undefined) return { diff, bytes: undefined }
  const bytes = Buffer.from(found, 'latin1')
  const isText = isUtf8(bytes) && !bytes.includes(0)
  if (isText && raw.prefersUtf8) return { diff: bytes.toString('utf8'), bytes: undefined }
  return { diff, bytes: raw.isVerbatim && !Buffer.from(diff).equals(bytes) ? bytes : undefined }
}
