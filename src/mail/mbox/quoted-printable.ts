/** RFC 2045, 6.7: maximum line length without the line break. */
const MAX_LINE = 76

/**
 * Encodes a text as quoted-printable UTF-8. `From ` at the start of a line becomes `=46rom `, so that it never begins a
 * mail in an mbox. Line feeds stay; a carriage return is encoded as data, because a file may contain it.
 */
export function encodeQuotedPrintable(text: string): string {
  return encodeLines(text, 'utf8')
}

/** The same for bytes of several charsets. */
export function encodeQuotedPrintableBytes(bytes: Buffer): string {
  return encodeLines(bytes.toString('latin1'), 'latin1')
}

function encodeLines(text: string, encoding: 'utf8' | 'latin1'): string {
  return text
    .split('\n')
    .map((line) => encodeLine(Buffer.from(line, encoding)))
    .join('\n')
}

function encodeLine(bytes: Buffer): string {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < bytes.length; at++) {
    const code = encodeByte(bytes, at)
    if (piece.length + code.length > MAX_LINE - 1) {
      pieces.push(`${piece}=`)
      piece = ''
    }
    // A soft line break may also move these words to the start of a line.
    piece += piece === '' && /^>*From /.test(bytes.toString('latin1', at, at + 20)) ? hex(bytes[at]) : code
  }
  return [...pieces, piece].join('\n')
}

function encodeByte(bytes: Buffer, at: number): string {
  const byte = bytes[at] as number
  const isBlank = byte === 0x20 || byte === 0x09
  if (isBlank) return at === bytes.length - 1 ? hex(byte) : String.fromCharCode(byte)
  return byte > 0x20 && byte < 0x7f && byte !== 0x3d ? String.fromCharCode(byte) : hex(byte)
}

function hex(byte: number | undefined): string {
  return `=${(byte ?? 0).toString(16).toUpperCase().padStart(2, '0')}`
}
