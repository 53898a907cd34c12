import { decodeText, decodeUtf16 } from './charset.js'
import { type ContentType, fileNameOf, transferEncoding } from './content-type.js'
import type { Headers } from './headers.js'

/** A part of a mail that may be read, decoded. */
export interface TextPart {
  /** What somebody wrote; a file that may be a diff; or a text for a browser. */
  role: 'message' | 'file' | 'html'
  text: string
  flow: ContentType['flow']
  /** Whether its type is one for programs: then a file is all that it is. */
  isApplication: boolean
  /**
   * Whether the text came in base64, which says where it ends. Of others `git mailinfo` sees the line break before the
   * boundary, too.
   */
  isExact: boolean
}

/** A forwarded message is a file only where it is encoded; else its parts are read. */
const PATCH_TYPE =
  /^(?:(?:text|application)\/(?:x-)?(?:patch|diff|git-patch|gitpatch|udiff)|message\/rfc822)$/
const PATCH_NAME = /\.(?:patch|diff|udiff)(?:\.txt)?$/i
/** What mail programs call a file that they don't know; it may be anything, and is read if it is text. */
const UNKNOWN_TYPE = /^application\/(?:octet-stream|x-unknown(?:-content-type)?|unknown|mbox|text|x-text)$/

/**
 * Reads one part, by its type and its name; undefined for those that nobody reads, such as images.
 *
 * @param decoded gives the bytes without their transfer encoding
 */
export function textPart(type: ContentType, headers: Headers, decoded: () => Buffer): TextPart | undefined {
  const { type: name, charset, flow } = type
  const isExact = transferEncoding(headers) === 'base64'
  const common = { isApplication: false, isExact }
  if (name === 'text/plain') return { ...common, role: 'message', text: plainText(decoded(), charset), flow }
  if (name === 'text/html')
    return { ...common, role: 'html', text: decodeText(decoded(), charset), flow: 'fixed' }
  const disposition = headers.get('content-disposition')
  const fileName = type.name ?? (disposition === undefined ? undefined : fileNameOf(disposition))
  const isPatch = PATCH_TYPE.test(name) || (fileName !== undefined && PATCH_NAME.test(fileName.trim()))
  if (!isPatch && !UNKNOWN_TYPE.test(name)) return undefined
  const bytes = decoded()
  const isApplication = name.startsWith('application/')
  const file = { role: 'file', flow: 'fixed', isApplication, isExact } as const
  const text = decodeUtf16(bytes)
  if (text !== undefined) return { ...file, text }
  // A file of an unknown type with NUL in it is no text.
  return isPatch || !bytes.includes(0) ? { ...file, text: decodeText(bytes, charset) } : undefined
}

/** A text in UTF-16 says so itself, whatever its part says: the shell of Windows writes files so. */
function plainText(bytes: Buffer, charset: string | undefined): string {
  return decodeUtf16(bytes) ?? decodeText(bytes, charset)
}
