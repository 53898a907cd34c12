/** Whether a text needs no encoding in mail. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/**
 * A stored header value in ASCII. Folds stay, but only as folds: no value can begin another header or
 * end the section by a blank line. Text outside of ASCII becomes encoded words (RFC 2047); addresses and
 * message ids next to it stay unchanged.
 */
export function encodeHeader(value: string): string {
  // Almost every header needs no change.
  if (!UNSAFE.test(value)) return value
  const lines = value.replaceAll('\r', ' ').split('\n')
  const kept = lines.filter((line, index) => index === 0 || line.trim() !== '')
  const folded = kept.map((line, index) => (index > 0 && !/^[ \t]/.test(line) ? ` ${line}` : line))
  if (isAscii(value)) return folded.join('\n')
  let isAfterWord = false
  const encoded = folded.map((line) => {
    const result = encodeLine(line, isAfterWord)
    isAfterWord = isEncodedWord(result.slice(result.lastIndexOf(' ') + 1))
    return result
  })
  return encoded.join('\n')
}

/** Characters to encode, and line ends that do not fold. */
const UNSAFE = /[^\0-\x0c\x0e-\x7f]|\n(?![ \t]+\S)/

/**
 * Encodes the words of a line that need it. Decoders drop blanks between two encoded words (RFC 2047, 6.2):
 * a significant blank becomes part of the second one.
 */
function encodeLine(line: string, isContinued: boolean): string {
  const pieces: string[] = []
  let isAfterWord = isContinued
  for (const { blanks, word } of tokens(line)) {
    if (isAscii(word)) {
      pieces.push((blanks || (isAfterWord && word ? ' ' : '')) + word)
      if (word !== '') isAfterWord = isEncodedWord(word)
    } else {
      // Encoded words are invalid within quotes (RFC 2047, 5), and an encoded name needs no quotes.
      const plain = word.startsWith('"') && word.endsWith('"') ? unquoted(word) : word
      pieces.push((blanks || (isAfterWord ? ' ' : '')) + encodeWords(isAfterWord ? ` ${plain}` : plain))
      isAfterWord = true
    }
  }
  return pieces.join('')
}

interface Token {
  blanks: string
  word: string
}

/** The words of a line, each with the blanks before it; a quoted string is one word. */
function tokens(line: string): Token[] {
  const found: Token[] = []
  for (let at = 0; at < line.length; ) {
    let start = at
    while (isBlank(line[start])) start++
    let end = start
    if (line[start] === '"') end = quoteEnd(line, start)
    else while (end < line.length && !isBlank(line[end])) end++
    found.push({ blanks: line.slice(at, start), word: line.slice(start, end) })
    at = end
  }
  return found
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t'
}

/** The offset after the quoted string that starts here; an unclosed one is an ordinary word. */
function quoteEnd(line: string, start: number): number {
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === '"') return at + 1
  }
  let end = start
  while (end < line.length && !isBlank(line[end])) end++
  return end
}

function unquoted(word: string): string {
  return word.slice(1, -1).replace(/\\(.)/g, '$1')
}

function isEncodedWord(word: string): boolean {
  return word.startsWith('=?') && word.endsWith('?=')
}

/** Characters per encoded word: any text of this length stays below the 75 characters of RFC 2047. */
const PER_WORD = 10

/** A text as encoded words, which decoders join without blanks. */
export function encodeWords(text: string): string {
  const words: string[] = []
  const characters = Array.from(text)
  for (let at = 0; at < characters.length; at += PER_WORD) {
    const piece = Buffer.from(characters.slice(at, at + PER_WORD).join('')).toString('base64')
    words.push(`=?utf-8?b?${piece}?=`)
  }
  return words.join(' ')
}
