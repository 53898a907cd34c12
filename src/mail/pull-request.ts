import { singleSpaced } from './headers.js'
import { strip } from './text.js'

const OPENING = /^the following changes since commit/im
const ANNOUNCEMENT = /^are available in the git repository at:\s*$/gim
/**
 * What git takes for a repository (git-fetch(1), GIT URLS): `scheme://…`, `[user@]host:path`, or a path; all that RFC
 * 3986 allows in an address, but for the marks around one in a sentence.
 */
const ADDRESS =
  /\s*((?:[a-z][a-z0-9+.-]{1,20}:\/\/|[\p{L}\p{N}_.+-]{1,64}@|[\p{L}\p{N}.-]{1,200}:(?=[^\s:])|\.{0,2}\/)[\p{L}\p{N}_/.@:~+#%=&?!$*'();,[\]-]{1,2000})/iuy
/** A ref name (git-check-ref-format(1)). */
const BRANCH = /[\p{L}\p{N}_/.+#@%=,!{}-]{0,1000}/uy

/**
 * The repository and the branch that a pull request (as `git request-pull` writes it) asks to pull, in one
 * line: `git://example.org/linux.git for-next`. Undefined if the text is none.
 */
export function pullUrl(content: string): string | undefined {
  const opening = OPENING.exec(content)
  if (!opening) return undefined
  // Where a mail quotes another request above its own, the last address counts.
  const announcements = [...content.matchAll(ANNOUNCEMENT)].filter(({ index }) => index > opening.index)
  for (const { index, 0: text } of announcements.toReversed()) {
    const url = addressAt(content, index + text.length)
    if (url) return url
  }
  return undefined
}

/** The address after `start`, with the branch on its line or, after a line break, on the next. */
function addressAt(content: string, start: number): string | undefined {
  ADDRESS.lastIndex = start
  const address = ADDRESS.exec(content)
  if (!address) return undefined
  const addressEnd = ADDRESS.lastIndex
  let branchStart = addressEnd
  while (branchStart < content.length && isSeparator(content[branchStart])) branchStart++
  BRANCH.lastIndex = branchStart
  const branch = BRANCH.exec(content)?.[0] ?? ''
  if (branch !== '' && isLineEnd(content, branchStart + branch.length))
    return singleSpaced(`${address[1]} ${content.slice(addressEnd, branchStart)}${branch}`)
  const gap = content.slice(addressEnd, branchStart)
  const lastBreak = gap.lastIndexOf('\n')
  if (lastBreak < 0 && branchStart < content.length) return undefined
  return strip(singleSpaced(`${address[1]}${lastBreak < 0 ? gap : gap.slice(0, lastBreak)}`))
}

function isSeparator(char: string | undefined): boolean {
  return char === '\\' || char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\u00a0'
}

function isLineEnd(content: string, from: number): boolean {
  let at = from
  while (content[at] === ' ' || content[at] === '\t' || content[at] === '\r') at++
  return at >= content.length || content[at] === '\n'
}
