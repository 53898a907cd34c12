import { createHash } from 'node:crypto'
import type { Field, Mapping, Profile } from '../mapping.js'
import { SkippedRow } from '../mapping.js'
import * as f from './fields.js'

/** As Django writes it where no password opens the account. */
const UNUSABLE = '!'

export const users: Mapping = {
  source: 'auth_user',
  target: 'users',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    username: f.text('username'),
    first_name: f.text('first_name'),
    last_name: f.text('last_name'),
    email: f.text('email'),
    password: f.derived('password', (hash) => (hash.startsWith(UNUSABLE) ? UNUSABLE : hash)),
    is_superuser: f.flag('is_superuser'),
    is_active: f.flag('is_active'),
    joined: f.time('date_joined'),
    last_login: f.optionalTime('last_login'),
    send_email: setting('send_email', 0),
    items_per_page: setting('items_per_page', 100),
    show_ids: setting('show_ids', 0),
  },
  unused: ['is_staff'],
}

/** The settings of a user are a table of their own there. */
function setting(name: keyof Profile, fallback: number): Field {
  return { from: 'id', read: (value, reader) => reader.profile(Number(value))?.[name] ?? fallback }
}

export const people: Mapping = {
  source: 'patchwork_person',
  target: 'people',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    email: f.text('email'),
    email_key: f.derived('email', (email) => email.toLowerCase()),
    name: f.optionalText('name'),
    user_id: f.referenceOrNull('user_id', 'users'),
  },
}

export const maintainers: Mapping = {
  source: 'patchwork_userprofile_maintainer_projects',
  target: 'maintainers',
  key: 'id',
  kind: 'whole',
  identity: ['user_id', 'project_id'],
  fields: {
    user_id: {
      from: 'userprofile_id',
      read: (value, reader) => {
        const user = reader.ownerOf(Number(value))
        if (user !== undefined && reader.has('users', user)) return user
        throw new SkippedRow('its userprofile_id names a row that is not there')
      },
    },
    project_id: f.reference('project_id', 'projects'),
  },
}

export const tokens: Mapping = {
  source: 'authtoken_token',
  target: 'tokens',
  key: 'user_id',
  kind: 'whole',
  identity: ['digest'],
  fields: {
    // There each user has one token at most, so it can have the user's number.
    id: f.id('user_id'),
    user_id: f.reference('user_id', 'users'),
    digest: f.derived('key', (token) => createHash('sha256').update(token).digest('hex')),
    created: f.time('created'),
  },
  isOptional: true,
}

export const confirmations: Mapping = {
  source: 'patchwork_emailconfirmation',
  target: 'confirmations',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    type: f.text('type'),
    email: f.text('email'),
    user_id: f.referenceOrNull('user_id', 'users'),
    key: f.text('key'),
    date: f.time('date'),
    active: f.flag('active'),
  },
}

export const optOuts: Mapping = {
  source: 'patchwork_emailoptout',
  target: 'opt_outs',
  key: 'email',
  kind: 'whole',
  identity: ['email'],
  fields: { email: f.text('email') },
}
