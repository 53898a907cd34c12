const OPENING_WORDS = /the following changes since /i
const OPENING = /^[ \t]{0,8}the following changes since (?:commit|tag)\b/im
const ANNOUNCEMENT =
  /^[ \t]{0,8}(?:which\s{1,3})?are\s{1,3}available\s{1,3}in\s{1,3}the\s{1,3}git\s{1,3}repository\s{1,3}at(?::|(?=[ \t]*$|[ \t]+\S+(?:[ \t]+\S+)?[ \t]*$))/gim
/**
 * Repository addresses that git accepts (git-fetch(1), GIT URLS): `scheme://…`, `[user@]host:path` with IPv6 in
 * brackets, or a path; all characters that RFC 3986 allows, except punctuation around an address in a sentence. Made when it
 * is needed, which takes half a millisecond.
 */
const addressPattern = () =>
  /\s*(["'<]?)((?:[a-z][a-z0-9+.-]{1,20}:\/\/|[\p{L}\p{N}_.+-]{1,64}@|[\p{L}\p{N}.-]{1,200}:(?=[^\s:])|\[[0-9a-f:.]{2,45}\]:(?=\S)|(?:~[\p{L}\p{N}_.-]{0,64}|\.{0,2})\/|(?=[^\s:]{1,300}\.git\s))[\p{L}\p{N}_/.@:~+#%=&?!$*'();,[\]-]{1,2000})/iuy
/** A ref name (git-check-ref-format(1)), in brackets or after `branch` or `tag`. */
const branchPattern = () => /(?:(?:branch|tag)[ \t]+(?=[^\s\\]))?\(?([\p{L}\p{N}_/.+#@%=,!{}-]{0,1000})\)?/iuy

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '<': '>' }

/**
 * The repository and the branch of a pull request (as `git request-pull` writes it), in one
 * line: `git://example.org/linux.git for-next`. Undefined if the text is not a pull request.
 */
export function pullUrl(content: string): string | undefined {
  // Most texts lack its words: that is faster to see without looking at each line.
  const opening = OPENING_WORDS.test(content) ? OPENING.exec(content) : null
  if (!opening) return undefined
  // A mail may quote another request above its own: the last address counts.
  const announcements = [...content.matchAll(ANNOUNCEMENT)].filter(({ index }) => index > opening.index)
  for (const { index, 0: text } of announcements.toReversed()) {
    const url = addressAt(content, index + text.length)
    if (url) return url
  }
  return undefined
}

/** The address after `start`, with the branch on the same or the next line. */
function addressAt(content: string, start: number): string | undefined {
  const pattern = addressPattern()
  pattern.lastIndex = start
  const [whole, mark, found] = pattern.exec(content) ?? []
  if (whole === undefined || mark === undefined || found === undefined) return undefined
  const closing = CLOSING[mark]
  const address = closing !== undefined && found.endsWith(closing) ? found.slice(0, -1) : found
  let addressEnd = start + whole.length
  if (closing !== undefined && address === found) {
    if (content[addressEnd] !== closing) return undefined
    addressEnd++
  }
  let branchStart = addressEnd
  while (branchStart < content.length && isSeparator(content[branchStart])) branchStart++
  const branches = branchPattern()
  branches.lastIndex = branchStart
  const [words = '', branch = ''] = branches.exec(content) ?? []
  if (branch !== '' && isLineEnd(content, branchStart + words.length))
    return `${address.replace(/,$/, '')} ${branch}`
  const isAlone = content.slice(addressEnd, branchStart).includes('\n') || branchStart >= content.length
  return isAlone ? address : undefined
}

/** Text between an address and its branch: long lines are broken, sometimes with a backslash. */
function isSeparator(char: string | undefined): boolean {
  return char === '\\' || char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\u00a0'
}

function isLineEnd(content: string, from: number): boolean {
  let at = from
  while (content[at] !== '\n' && isSeparator(content[at])) at++
  return at >= content.length || content[at] === '\n'
}
