import { isMailAddress } from '../../config/mail-settings.js'
import { isWebAddress } from '../../util/urls.js'
import { checkMode } from '../automation/rules.js'
import { checkListView } from '../list-view.js'
import { pattern } from '../pattern.js'
import { line, type Rule, type Rules } from '../rule.js'

/** Rules for the fields of a project, for pages, API and commands. */

/** Maximum length of a URL, in characters. */
export const MAX_URL = 2000

/** The rules of addresses as far as patterns say them, for the API's document; blank is allowed. */
export const URL_PATTERN = '^(?:https?://\\S+)?$'
export const FORMAT_PATTERN = '^(?:https?://\\S*\\{\\}\\S*)?$'
export const CLONE_ADDRESS_PATTERN = '^(?!(?:javascript|data|vbscript|blob):)\\S*$'

const cloneAddress = new RegExp(CLONE_ADDRESS_PATTERN, 'i')

const url = (check: Rule) => line({ max: MAX_URL, check })

/** Maximum number of contexts that a project requires, and of the characters of each. */
export const MAX_REQUIRED_CONTEXTS = 50
export const MAX_CONTEXT = 255

const MAX_CONTEXTS_TEXT = MAX_REQUIRED_CONTEXTS * (MAX_CONTEXT + 2)

/** The contexts in a text that people write, with commas or blanks between them; each once. */
export function contextsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))]
}

/** Contexts as the project's row has them. */
export function contextsText(contexts: readonly string[]): string {
  return contexts.join(', ')
}

export const PROJECT_RULES = {
  name: line({ isRequired: true }),
  link_name: line({ isRequired: true, check: checkLinkName }),
  list_id: line({ isRequired: true, check: checkListId }),
  list_email: line({
    isRequired: true,
    check: (text) => (isMailAddress(text) ? undefined : 'This is not a mail address.'),
  }),
  subject_match: line({ check: pattern }),
  web_url: url(checkUrl),
  scm_url: url(checkCloneAddress),
  webscm_url: url(checkUrl),
  list_archive_url: url(checkUrl),
  list_archive_url_format: url(checkFormat),
  commit_url_format: url(checkFormat),
  auto_superseded: line({ isRequired: true, check: checkMode }),
  auto_accepted: line({ isRequired: true, check: checkMode }),
  auto_archived: line({ isRequired: true, check: checkMode }),
  list_view: checkListView,
  required_contexts: line({ max: MAX_CONTEXTS_TEXT, check: checkContexts }),
} satisfies Rules

/** Fields that identify a project in mail and URLs; only administrators change them (`canIdentifyProject`). */
export const IDENTIFYING_FIELDS = ['name', 'link_name', 'list_id', 'subject_match'] as const

function checkLinkName(text: string): string | undefined {
  // Browsers would treat a name of only dots as a folder.
  if (/^[\w.-]+$/.test(text) && !/^\.+$/.test(text)) return undefined
  return 'A link name is made of letters, digits, dots, hyphens and underscores.'
}

function checkListId(text: string): string | undefined {
  return /[\s<>]/.test(text) ? 'A list id has no blanks and no angle brackets.' : undefined
}

function checkContexts(text: string): string | undefined {
  const contexts = contextsIn(text)
  if (contexts.length > MAX_REQUIRED_CONTEXTS)
    return `A project requires at most ${MAX_REQUIRED_CONTEXTS} contexts.`
  const isWell = contexts.every(
    (context) => context.length <= MAX_CONTEXT && /^[-a-zA-Z0-9_]+$/.test(context),
  )
  return isWell ? undefined : 'A context is made of letters, digits, hyphens and underscores.'
}

function checkUrl(text: string): string | undefined {
  return isWebAddress(text.replaceAll('{}', 'x'))
    ? undefined
    : 'This must be an address that begins with https:// or http://.'
}

function checkFormat(text: string): string | undefined {
  return checkUrl(text) ?? (text.includes('{}') ? undefined : 'This must have {} somewhere.')
}

/** URLs that git accepts (git-clone(1), "GIT URLS"), such as `git://…`, `host:path` and `/srv/git/x`. */
function checkCloneAddress(text: string): string | undefined {
  return cloneAddress.test(text) ? undefined : 'This is no address that git clones from.'
}
