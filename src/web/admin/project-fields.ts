import { MAX_ARCHIVE_DAYS, MIN_ARCHIVE_DAYS } from '../../domain/automation/rules.js'
import { MAX_URL, PROJECT_RULES } from '../../domain/projects/rules.js'
import type { ProjectChange } from '../../domain/projects/updates.js'
import type { Rule } from '../../domain/rule.js'
import type { Field } from '../framework/fields.js'

const MODE_CHOICES = [
  { value: 'off', label: 'Do nothing' },
  { value: 'suggest', label: 'Suggest' },
  { value: 'on', label: 'Change by itself' },
] as const

type ProjectField = Field<keyof ProjectChange>

/** Fields that identify a project. */
export const IDENTITY: readonly ProjectField[] = withRules([
  { name: 'name', label: 'Name', kind: 'text', isRequired: true, help: 'Shown on pages.' },
  {
    name: 'link_name',
    label: 'Link name',
    kind: 'text',
    isRequired: true,
    help: 'Its name in addresses: letters, digits, dots, hyphens and underscores. Old links break if it changes.',
  },
  {
    name: 'list_id',
    label: 'List id',
    kind: 'text',
    isRequired: true,
    help: 'The text between angle brackets in the List-Id header of its mails.',
  },
  {
    name: 'subject_match',
    label: 'Subject match',
    kind: 'text',
    help: 'For several projects on one list: only mail whose subject matches is accepted (RE2).',
  },
])

/** The other fields of a project. */
export const DETAILS: readonly ProjectField[] = withRules([
  {
    name: 'list_email',
    label: 'List address',
    kind: 'text',
    isRequired: true,
    help: 'The address of the mailing list.',
  },
  { name: 'web_url', label: 'Website', kind: 'text' },
  { name: 'scm_url', label: 'Source code', kind: 'text', help: 'The address to clone from.' },
  { name: 'webscm_url', label: 'Browse the source', kind: 'text' },
  { name: 'list_archive_url', label: 'List archive', kind: 'text' },
  {
    name: 'list_archive_url_format',
    label: 'A mail in the archive',
    kind: 'text',
    help: 'An address in which {} stands for the message id.',
  },
  {
    name: 'commit_url_format',
    label: 'A commit',
    kind: 'text',
    help: 'An address in which {} stands for its hash.',
  },
  {
    name: 'send_notifications',
    label: 'Send notifications',
    kind: 'flag',
    help: 'Submitters get a mail when the state of their patch has changed.',
  },
  { name: 'use_tags', label: 'Count tags', kind: 'flag', help: 'Such as Acked-by.' },
  {
    name: 'show_dependencies',
    label: 'Show dependencies',
    kind: 'flag',
    help: 'The series that a series depends on.',
  },
  {
    name: 'auto_superseded',
    label: 'Older versions',
    kind: 'choice',
    choices: MODE_CHOICES,
    isOptional: true,
    help: 'Patches that ask for action become Superseded once a newer version is complete.',
  },
  {
    name: 'auto_accepted',
    label: 'Commits',
    kind: 'choice',
    choices: MODE_CHOICES,
    isOptional: true,
    help: 'Patches that became commits of a tree get its state, and older versions become Superseded.',
  },
  {
    name: 'auto_archived',
    label: 'Closed series',
    kind: 'choice',
    choices: MODE_CHOICES,
    isOptional: true,
    help: 'Series that ask for no action are archived once nothing changed for a while.',
  },
  {
    name: 'archive_days',
    label: 'Days until a closed series is archived',
    kind: 'number',
    min: MIN_ARCHIVE_DAYS,
    max: MAX_ARCHIVE_DAYS,
    isOptional: true,
  },
  {
    name: 'list_view',
    label: 'The list shows first',
    kind: 'choice',
    choices: [
      { value: 'series', label: 'series with their patches' },
      { value: 'patches', label: 'patches' },
    ],
    isOptional: true,
    help: 'Each viewer can switch.',
  },
  {
    name: 'required_contexts',
    label: 'Required checks',
    kind: 'text',
    help: 'Contexts of checks that every patch needs, with commas between them. What is missing is shown.',
  },
])

function withRules(fields: readonly ProjectField[]): readonly ProjectField[] {
  return fields.map((field) => {
    const rule = (PROJECT_RULES as Readonly<Record<string, Rule>>)[field.name]
    if (!rule) return field
    return { ...field, rule, ...(/_(?:url|format)$/.test(field.name) ? { max: MAX_URL } : {}) }
  })
}
