import { isMailAddress } from '../../mail-settings.js'
import type { ProjectChange } from '../../store/project.js'
import { checkPattern, type Field } from './fields.js'

type ProjectField = Field<keyof ProjectChange>

/** What a project is known by. */
export const IDENTITY: readonly ProjectField[] = [
  { name: 'name', label: 'Name', kind: 'text', isRequired: true, help: 'As people read it.' },
  {
    name: 'link_name',
    label: 'Link name',
    kind: 'text',
    isRequired: true,
    check: checkLinkName,
    help: 'Its name in addresses: letters, digits, dots, hyphens and underscores. If it changes, old links lead nowhere.',
  },
  {
    name: 'list_id',
    label: 'List id',
    kind: 'text',
    isRequired: true,
    check: (text) => (/[\s<>]/.test(text) ? 'A list id has no blanks and no angle brackets.' : undefined),
    help: 'What the List-ID header of its mails has between angle brackets.',
  },
  {
    name: 'subject_match',
    label: 'Subject match',
    kind: 'text',
    check: checkPattern,
    help: 'For several projects on one list: takes only mail whose subject matches this (RE2).',
  },
]

/** The rest of what is said of a project. */
export const DETAILS: readonly ProjectField[] = [
  {
    name: 'list_email',
    label: 'List address',
    kind: 'text',
    isRequired: true,
    check: (text) => (isMailAddress(text) ? undefined : 'This is no mail address.'),
    help: 'Where patches are sent.',
  },
  { name: 'web_url', label: 'Website', kind: 'text', check: checkAddress },
  { name: 'scm_url', label: 'Source code', kind: 'text', help: 'Where it is cloned from.' },
  { name: 'webscm_url', label: 'Browse the source', kind: 'text', check: checkAddress },
  { name: 'list_archive_url', label: 'List archive', kind: 'text', check: checkAddress },
  {
    name: 'list_archive_url_format',
    label: 'A mail in the archive',
    kind: 'text',
    check: checkFormat,
    help: 'An address with {} in the place of the message id.',
  },
  {
    name: 'commit_url_format',
    label: 'A commit',
    kind: 'text',
    check: checkFormat,
    help: 'An address with {} in the place of its hash.',
  },
  {
    name: 'send_notifications',
    label: 'Send notifications',
    kind: 'flag',
    help: 'Submitters get a mail when the state of their patch has changed.',
  },
  { name: 'use_tags', label: 'Count tags', kind: 'flag', help: 'Acked-by and the like.' },
  {
    name: 'show_dependencies',
    label: 'Show dependencies',
    kind: 'flag',
    help: 'What a series says it depends on.',
  },
]

function checkLinkName(text: string): string | undefined {
  if (/^[\w.-]+$/.test(text) && !/^\.+$/.test(text)) return undefined
  return 'A link name is made of letters, digits, dots, hyphens and underscores.'
}

function checkAddress(text: string): string | undefined {
  return /^https?:\/\/\S+$/i.test(text)
    ? undefined
    : 'This must be an address that begins with https:// or http://.'
}

function checkFormat(text: string): string | undefined {
  return checkAddress(text) ?? (text.includes('{}') ? undefined : 'This must have {} somewhere.')
}
