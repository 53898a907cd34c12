import { ACCOUNT_RULES, MAX_ITEMS_PER_PAGE, MAX_NAME } from '../../domain/users/rules.js'
import type { Field } from '../framework/fields.js'

/** What users say of themselves. */
export const PROFILE: readonly Field[] = [
  {
    name: 'first_name',
    label: 'First name',
    kind: 'text',
    rule: ACCOUNT_RULES.first_name,
    max: MAX_NAME,
    autocomplete: 'given-name',
  },
  {
    name: 'last_name',
    label: 'Last name',
    kind: 'text',
    rule: ACCOUNT_RULES.last_name,
    max: MAX_NAME,
    autocomplete: 'family-name',
  },
  {
    name: 'items_per_page',
    label: 'Items per page',
    kind: 'number',
    min: 0,
    max: MAX_ITEMS_PER_PAGE,
    help: `Rows of a list: 1 to ${MAX_ITEMS_PER_PAGE}, or 0 for the default.`,
  },
  {
    name: 'show_ids',
    label: 'Show patch IDs',
    kind: 'flag',
    help: 'Lists get a column of patch IDs; a click copies one.',
  },
  {
    name: 'list_view',
    label: 'Lists show first',
    kind: 'choice',
    choices: [
      { value: '', label: 'as the project says' },
      { value: 'series', label: 'series with their patches' },
      { value: 'patches', label: 'patches' },
    ],
    isOptional: true,
  },
]
