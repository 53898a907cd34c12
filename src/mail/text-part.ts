import { isAscii } from 'node:buffer'
import { decodeText, decodeUtf16, fitsCharset, hasAscii, isSingleByte } from './charset.js'
import { type ContentType, fileNameOf, transferEncoding } from './content-type.js'
import type { Headers } from './headers.js'

/** A decoded text part of a mail. */
export interface TextPart {
  /** Text by the author; the same with markup, for people to read as it is; a file that may be a diff; or HTML. */
  role: 'message' | 'marked' | 'file' | 'html'
  text: string
  flow: ContentType['flow']
  /** Undefined if the bytes are the UTF-8 form of the text. */
  raw: RawBytes | undefined
  /** Whether its type is an application type: then it counts only as a file. */
  isApplication: boolean
  /**
   * Whether the text is in base64, which marks its end. For others, `git mailinfo` includes the line break before the
   * boundary.
   */
  isExact: boolean
}

/** The bytes of a part that are not UTF-8, or are declared to be in another charset. */
export interface RawBytes {
  readonly bytes: Buffer
  /** Whether a diff in them has the bytes of the files that it changes: no mail program has converted them. */
  readonly isVerbatim: boolean
  /** Whether a diff that is valid UTF-8 is in UTF-8, whatever is declared. */
  readonly prefersUtf8: boolean
}

/** A forwarded message is a file only if it is encoded; else its parts are parsed. */
const PATCH_TYPE =
  /^(?:(?:text|application)\/(?:x-)?(?:patch|diff|git-patch|gitpatch|udiff)|message\/rfc822)$/
const PATCH_NAME = /\.(?:patch|diff|udiff)(?:\.txt)?$/i
/** Text with markup that stands in place of plain text. */
const MARKED_TYPE = /^text\/(?:(?:x-|x-web-)?markdown|enriched|richtext|x-org|x-rst)$/
/** Types that mail programs use for unknown files; such a file is read if it is text. */
const UNKNOWN_TYPE = /^application\/(?:octet-stream|x-unknown(?:-content-type)?|unknown|mbox|text|x-text)$/
/** Other types that programs give to a patch by what it changes, such as `text/x-csrc`: a file that begins as one. */
const FILE_TYPE =
  /^(?:text|application)\/(?!x-log$|pgp-|(?:x-)?pkcs7|pdf$|zip$|ics$|calendar$|vnd\.(?:ms-|openxml|oasis))/
const PATCH_START =
  /^\s*(?:diff -|Index: \S|--- \S[^\n]*\n\+\+\+ |From [0-9a-f]{40} |From: |Subject: |commit [0-9a-f]{40}\b|# HG )/

/**
 * Decodes one part by its type and its name; undefined for parts without text, such as images.
 *
 * @param decoded returns the bytes without their transfer encoding
 */
export function textPart(type: ContentType, headers: Headers, decoded: () => Buffer): TextPart | undefined {
  const { type: name, charset, flow } = type
  const isExact = transferEncoding(headers) === 'base64'
  const common = { isApplication: false, isExact }
  if (name === 'text/plain')
    return { ...common, role: 'message', flow, ...plainText(decoded(), type, headers) }
  if (name === 'text/html') {
    const text = decodeText(decoded(), charset)
    return { ...common, role: 'html', text, flow: 'fixed', raw: undefined }
  }
  const disposition = headers.get('content-disposition')
  const fileName = type.name ?? (disposition === undefined ? undefined : fileNameOf(disposition))
  const isPatch = PATCH_TYPE.test(name) || (fileName !== undefined && PATCH_NAME.test(fileName.trim()))
  if (!isPatch && MARKED_TYPE.test(name) && !/^\s*attachment/i.test(disposition ?? ''))
    return { ...common, role: 'marked', flow, ...plainText(decoded(), type, headers) }
  const isUnknown = UNKNOWN_TYPE.test(name)
  if (!isPatch && !isUnknown && !FILE_TYPE.test(name)) return undefined
  const bytes = withoutMark(decoded())
  const isApplication = name.startsWith('application/')
  const file = { role: 'file', flow: 'fixed', isApplication, isExact } as const
  const utf16 = decodeUtf16(bytes)
  if (utf16 !== undefined) return { ...file, text: utf16, raw: undefined }
  // A file of an unknown type that contains NUL is not text.
  if (!isPatch && bytes.includes(0)) return undefined
  const text = decodeText(bytes, charset)
  if (!isPatch && !isUnknown && !PATCH_START.test(text)) return undefined
  return { ...file, text, raw: rawBytes(bytes, text, charset, true) }
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** Without the byte-order mark that editors and PowerShell put before UTF-8: `git apply` would miss the first line. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes
}

/** The line that begins a file which somebody attached as plain text. */
const MARKED_DIFF = /^\ufeff(?=diff -|--- |Index: |From [0-9a-f]{40} )/

/** Programs that send files as they are, in any charset. */
const VERBATIM_PROGRAM = /^\s*(?:git-send-email|stgit|mercurial|quilt)\b/i

/** UTF-16 is detected from the bytes, regardless of the part's charset: PowerShell writes such files. */
function plainText(
  bytes: Buffer,
  { charset }: ContentType,
  headers: Headers,
): Pick<TextPart, 'text' | 'raw'> {
  const utf16 = decodeUtf16(bytes)
  if (utf16 !== undefined) return { text: utf16, raw: undefined }
  const text = decodeText(bytes, charset)
  if (MARKED_DIFF.test(text)) return { text: text.slice(1), raw: undefined }
  const program = headers.get('x-mailer') ?? headers.get('user-agent') ?? ''
  return { text, raw: rawBytes(bytes, text, charset, VERBATIM_PROGRAM.test(program)) }
}

function rawBytes(
  bytes: Buffer,
  text: string,
  charset: string | undefined,
  isVerbatim: boolean,
): RawBytes | undefined {
  if (isAscii(bytes) && !bytes.includes(0)) return undefined
  if (Buffer.from(text).equals(bytes)) return undefined
  const isConverted = charset !== undefined && fitsCharset(bytes, charset)
  // No tool reads a diff of such bytes.
  if (isConverted && !hasAscii(charset)) return undefined
  return {
    bytes,
    isVerbatim: isVerbatim || !isConverted || bytes.includes(0),
    prefersUtf8: !isConverted || isSingleByte(charset),
  }
}
