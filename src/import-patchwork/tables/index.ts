import type { Mapping } from '../mapping.js'
import { confirmations, maintainers, optOuts, people, tokens, users } from './accounts.js'
import { bundlePatches, bundles } from './bundles.js'
import { coverComments, patchComments } from './comments.js'
import { events } from './events.js'
import {
  checks,
  covers,
  dependencies,
  patches,
  patchTags,
  pendingNotifications,
  references,
  relations,
  series,
} from './patches.js'
import { delegationRules, projects, states, tags } from './projects.js'

/** All that is carried, each table behind those that its rows name. */
export const MAPPINGS: readonly Mapping[] = [
  projects,
  states,
  tags,
  users,
  people,
  maintainers,
  tokens,
  delegationRules,
  confirmations,
  optOuts,
  relations,
  covers,
  series,
  references,
  dependencies,
  patches,
  patchTags,
  patchComments,
  coverComments,
  checks,
  bundles,
  bundlePatches,
  pendingNotifications,
  events,
]

/** What an operator may want to know of tables that are not carried; those of Django itself are not named. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  django_session: 'logins of browsers: people log in again',
  django_admin_log: 'the log of the administration pages',
  auth_group: 'groups of users',
  auth_group_permissions: 'permissions of groups',
  auth_user_groups: 'members of groups',
  auth_user_user_permissions: 'permissions of single users',
}

/** Tables of theirs that become part of others here. */
export const MERGED: ReadonlySet<string> = new Set(['patchwork_userprofile'])
