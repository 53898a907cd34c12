import { ACCOUNT_RULES, MAX_NAME } from '../../domain/users/rules.js'
import type { Field } from '../framework/fields.js'

const USERNAME: Field = {
  name: 'username',
  label: 'User name',
  kind: 'text',
  isRequired: true,
  rule: ACCOUNT_RULES.username,
}

const NAMES: readonly Field[] = [
  { name: 'first_name', label: 'First name', kind: 'text', rule: ACCOUNT_RULES.first_name, max: MAX_NAME },
  { name: 'last_name', label: 'Last name', kind: 'text', rule: ACCOUNT_RULES.last_name, max: MAX_NAME },
]

const EMAIL: Field = {
  name: 'email',
  label: 'Mail address',
  kind: 'text',
  isRequired: true,
  rule: ACCOUNT_RULES.email,
}

const SUPERUSER: Field = {
  name: 'is_superuser',
  label: 'Administrator',
  kind: 'flag',
  help: 'May change everything on these pages. Patches stay with those who maintain their project.',
}

/** Fields of a new account. */
export const NEW_USER: readonly Field[] = [
  USERNAME,
  ...NAMES,
  { ...EMAIL, help: 'A link to choose a password is sent there.' },
  SUPERUSER,
]

/** Fields of an existing account. */
export const USER: readonly Field[] = [
  { ...USERNAME, help: 'If it changes, links to its bundles break, and programs need the new name.' },
  ...NAMES,
  { ...EMAIL, help: 'Links to set a new password are sent there.' },
  SUPERUSER,
  {
    name: 'is_active',
    label: 'Active',
    kind: 'flag',
    help: 'An inactive account cannot be used with a password or token; its sessions end.',
  },
]
