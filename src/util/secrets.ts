/**
 * Passwords in texts that people read: settings as they are listed, logs, error messages, letters. Where a text is
 * ambiguous, rather too much of it is hidden than too little.
 */

const HIDDEN = '***'

/** Schemes whose URLs may have `@` in path and query, and whose user name is often an access token. */
const WEB_SCHEME = /(?:^|\+)https?$/

/** Placeholders for passwords in examples. */
const EXAMPLES: ReadonlySet<string> = new Set(['PASSWORD', HIDDEN, '…'])

/** Names of parameters whose values are secrets, in lower case. */
const SECRET_NAME =
  /passw|passphrase|passcode|passfile|pwd|secret|token|credential|apikey|api[-_.]key|access[-_.]?key|private[-_.]?key|sslkey|^(?:pass|key|auth|sig|signature)$/

/** Longest scheme and longest name of a parameter that are looked for. */
const MAX_NAME = 60

/**
 * Replaces passwords in a text by `***`: those in addresses (`postgres://user:password@host`), also where the password
 * itself has `@`, `/` or `?`, user names of web addresses without a password, the values of parameters such as
 * `password=…` in queries and connection strings, and `Authorization` headers. Takes linear time.
 */
export function hideSecrets(text: string): string {
  const hidden = hideParameters(text.includes('://') ? text.replace(/\S+/g, hideUserinfo) : text)
  return hidden.replace(/\b(authorization: ?(?:[a-z]+ )?)\S+/gi, `$1${HIDDEN}`)
}

/** Of a text without white space, which ends addresses. */
function hideUserinfo(word: string): string {
  let out = ''
  let done = 0
  for (let mark = word.indexOf('://'); mark >= 0; mark = word.indexOf('://', done)) {
    const start = mark + 3
    const end = endOfAddress(word, start)
    const scheme = word.slice(schemeStart(word, mark), mark).toLowerCase()
    out += word.slice(done, start) + withoutUserinfo(scheme, word.slice(start, end))
    done = end
  }
  return out + word.slice(done)
}

/** An address goes on until another begins behind a character that separates them. */
function endOfAddress(word: string, start: number): number {
  for (let mark = word.indexOf('://', start); mark >= 0; mark = word.indexOf('://', mark + 3)) {
    const next = schemeStart(word, mark)
    if (next > start && next < mark && /[,;'"`(|=<>[{&]/.test(word[next - 1] as string)) return next
  }
  return word.length
}

function schemeStart(word: string, mark: number): number {
  let start = mark
  while (start > 0 && mark - start < MAX_NAME && /[A-Za-z0-9+.-]/.test(word[start - 1] as string)) start--
  return start
}

/** What follows `://`, without the password in it. */
function withoutUserinfo(scheme: string, rest: string): string {
  const end = rest.lastIndexOf('@')
  if (end < 0 || !isUserinfo(scheme, rest)) return rest
  const userinfo = rest.slice(0, end)
  const colon = userinfo.indexOf(':')
  const host = rest.slice(end)
  if (colon < 0) return WEB_SCHEME.test(scheme) ? HIDDEN + host : rest
  const [user, password] = [userinfo.slice(0, colon), userinfo.slice(colon + 1)]
  if (EXAMPLES.has(password)) return rest
  // A token that takes the place of the user, as code hosts accept it.
  if (password === '' || password === 'x-oauth-basic') return HIDDEN + host
  return `${user}:${HIDDEN}${host}`
}

/** Whether an `@` ends a user and a password; in paths of the web it also stands in message ids. */
function isUserinfo(scheme: string, rest: string): boolean {
  const authority = rest.slice(0, indexOrLength(rest, /[/?#]/))
  if (authority.includes('@')) return true
  // A colon that no port follows: the password has one of the characters that would end the host.
  if (!authority.includes(':')) return false
  if (!/^(?:\[[^\]]*\]|[^:[\]]*):?\d{0,5}$/.test(authority)) return true
  return !WEB_SCHEME.test(scheme) && rest.slice(0, indexOrLength(rest, /\?/)).includes('@')
}

function indexOrLength(text: string, pattern: RegExp): number {
  const index = text.search(pattern)
  return index < 0 ? text.length : index
}

/** `name=value` in a query, or in a connection string, where a value may be in quotes. */
function hideParameters(text: string): string {
  let out = ''
  let done = 0
  for (let equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', Math.max(done, equals + 1))) {
    if (!isSecretName(nameBefore(text, equals))) continue
    const end = endOfValue(text, equals + 1)
    out += `${text.slice(done, equals + 1)}${end > equals + 1 ? HIDDEN : ''}`
    done = end
  }
  return out + text.slice(done)
}

function nameBefore(text: string, equals: number): string {
  let start = equals
  while (start > 0 && equals - start < MAX_NAME && /[\w.%-]/.test(text[start - 1] as string)) start--
  return text.slice(start, equals)
}

function isSecretName(name: string): boolean {
  try {
    return SECRET_NAME.test(decodeURIComponent(name).toLowerCase())
  } catch {
    return SECRET_NAME.test(name.toLowerCase())
  }
}

function endOfValue(text: string, start: number): number {
  const quote = text[start]
  if (quote === "'" || quote === '"') {
    const closing = text.indexOf(quote, start + 1)
    if (closing >= 0) return closing + 1
  }
  const pattern = /[\s&]/g
  pattern.lastIndex = start
  return pattern.exec(text)?.index ?? text.length
}

/** The same for all texts within a value that is to be written as JSON. */
export function hideSecretsWithin(value: unknown): unknown {
  if (typeof value === 'string') return hideSecrets(value)
  if (Array.isArray(value)) return value.map(hideSecretsWithin)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideSecretsWithin(each)]))
}
