import { decodeText, decodeUtf16 } from './charset.js'
import { type ContentType, fileNameOf, transferEncoding } from './content-type.js'
import type { Headers } from './headers.js'

/** A decoded text part of a mail. */
export interface TextPart {
  /** Text by the author; a file that may be a diff; or HTML. */
  role: 'message' | 'file' | 'html'
  text: string
  flow: ContentType['flow']
  /** Whether its type is an application type: then it counts only as a file. */
  isApplication: boolean
  /**
   * Whether the text is in base64, which marks its end. For others, `git mailinfo` includes the line break before the
   * boundary.
   */
  isExact: boolean
}

/** A forwarded message is a file only if it is encoded; else its parts are parsed. */
const PATCH_TYPE =
  /^(?:(?:text|application)\/(?:x-)?(?:patch|diff|git-patch|gitpatch|udiff)|message\/rfc822)$/
const PATCH_NAME = /\.(?:patch|diff|udiff)(?:\.txt)?$/i
/** Types that mail programs use for unknown files; such a file is read if it is text. */
const UNKNOWN_TYPE = /^application\/(?:octet-stream|x-unknown(?:-content-type)?|unknown|mbox|text|x-text)$/

/**
 * Decodes one part by its type and its name; undefined for parts without text, such as images.
 *
 * @param decoded returns the bytes without their transfer encoding
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
  // A file of an unknown type that contains NUL is not text.
  return isPatch || !bytes.includes(0) ? { ...file, text: decodeText(bytes, charset) } : undefined
}

/** UTF-16 is detected from the bytes, regardless of the part's charset: PowerShell writes such files. */
function plainText(bytes: Buffer, charset: string | undefined): string {
  return decodeUtf16(bytes) ?? decodeText(bytes, charset)
}
