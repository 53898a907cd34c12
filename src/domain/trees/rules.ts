import { GIT_PROTOCOLS, type GitProtocol } from '../../util/urls.js'
import { line, type Rules } from '../rule.js'

/** What may be entered as a tree of a project. */

/** Maximum number of trees of one project. */
export const MAX_TREES = 20

/** Maximum length of the URL of a tree, in characters. */
export const MAX_TREE_URL = 1000

export const TREE_RULES = {
  url: line({ max: MAX_TREE_URL, isRequired: true, check: checkUrl }),
  branch: line({ isRequired: true, check: checkBranch }),
} satisfies Rules

const URL_FORM = /^(https?|git|ssh|file):\/\/[^\s-]\S*$/i
const SCP_FORM = /^[\w.][\w.@-]*:[^\s:/][^\s]*$/

/** The protocol of the URL of a tree; undefined for anything that is none. */
export function protocolOf(url: string): GitProtocol | undefined {
  const name = URL_FORM.exec(url)?.[1]?.toLowerCase()
  if (name !== undefined) return GIT_PROTOCOLS.find((protocol) => protocol === name)
  if (url.startsWith('/') && !/\s/.test(url)) return 'file'
  return SCP_FORM.test(url) && !url.includes('::') ? 'ssh' : undefined
}

function checkUrl(url: string): string | undefined {
  const protocol = protocolOf(url)
  if (protocol === undefined)
    return 'This is no URL that git fetches from, such as https://git.example.org/lanterna.git.'
  // URLs of trees are public, and everybody would read a password.
  const { username = '', password = '' } = URL.parse(url) ?? {}
  return password !== '' || (username !== '' && protocol !== 'ssh')
    ? 'This must have no user name and no password.'
    : undefined
}

/** What git-check-ref-format(1) allows, and no characters that mean something in a refspec. */
function checkBranch(branch: string): string | undefined {
  const isName =
    /^\w[\w./+@=,%#-]*$/.test(branch) &&
    !/\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[./]$/.test(branch) &&
    branch !== 'HEAD'
  return isName ? undefined : 'This is no name of a branch, such as master.'
}

/** The name of a branch without the folder of branches. */
export function bareBranch(name: string): string {
  return name.trim().replace(/^refs\/heads\//, '')
}
