import { LIMITS, truncate } from './limits.js'

/** What a `Content-Type` says, as far as it is needed. */
export interface ContentType {
  /** `type/subtype` in lower case. */
  type: string
  boundary: string | undefined
  charset: string | undefined
}

/** Reads a `Content-Type`. RFC 2045, 5.2: a value that is missing or broken means plain text. */
export function contentType(value: string): ContentType {
  const [type = '', ...parameters] = splitParameters(truncate(value, LIMITS.headerValue).replaceAll('\n', ''))
  const parameter = (name: string) => {
    for (const text of parameters) {
      const equals = text.indexOf('=')
      const key = text.slice(0, equals).trim().toLowerCase()
      if (equals > 0 && (key === name || key === `${name}*`))
        return parameterValue(text.slice(equals + 1), key)
    }
    return undefined
  }
  const lower = type.trim().toLowerCase()
  const isKnown = lower.split('/').length === 2
  return {
    type: isKnown ? lower : 'text/plain',
    boundary: parameter('boundary'),
    charset: parameter('charset'),
  }
}

/** Cuts at semicolons outside of quotes. */
function splitParameters(value: string): string[] {
  const pieces: string[] = []
  let isQuoted = false
  let start = 0
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '"' && value[at - 1] !== '\\') isQuoted = !isQuoted
    else if (value[at] === ';' && !isQuoted) {
      pieces.push(value.slice(start, at))
      start = at + 1
    }
  }
  pieces.push(value.slice(start))
  return pieces
}

function parameterValue(raw: string, key: string): string {
  const text = raw.trim()
  const value = text.startsWith('"')
    ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined).replaceAll('\\', '')
    : text
  // RFC 2231: charset'language'value
  return key.endsWith('*') ? value.slice(value.lastIndexOf("'") + 1) : value
}
