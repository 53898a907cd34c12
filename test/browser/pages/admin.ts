import { journalMails } from '../../../src/intake/journal.js'
import { processMails } from '../../../src/intake/process.js'
import { findProject, insertDelegationRule, listDelegationRules } from '../../../src/store/project.js'
import { getUser } from '../../../src/store/user.js'
import { NOW } from '../../support/demo.js'
import { mail } from '../../support/mail.js'
import type { Site } from '../../support/site.js'
import type { PageEntry } from '../pages.js'

/** `mira` runs the site; a mail of a list that nobody knows is in the journal, and a rule in the project. */
async function prepare({ db }: Site): Promise<void> {
  await db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'mira').execute()
  const project = await findProject(db, 'lanterna')
  const { id } = await getUser(db, 'mira')
  if (!project || (await listDelegationRules(db, project.id)).length > 0) return
  await insertDelegationRule(db, { project_id: project.id, user_id: id, path: 'src/wick/*', priority: 5 })
  const entries = await journalMails(db, [{ bytes: mail({ id: 'stray@x' }), source: 'lmtp' }], NOW)
  await processMails(db, entries, NOW)
  await db
    .insertInto('audit')
    .values({
      time: '2026-11-20T09:30:00',
      actor: 'mira',
      actor_id: id,
      way: 'page',
      action: 'change',
      kind: 'project',
      name: 'lanterna',
      project_id: project.id,
      change: '{"web_url":{"from":"","to":"https://lanterna.example.org/"},"use_tags":{"from":0,"to":1}}',
    })
    .execute()
}

const after = (path: string) => async (site: Site) => {
  await prepare(site)
  return path
}

/** The page of the mail that was ignored. */
async function strayMail(site: Site): Promise<string> {
  await prepare(site)
  const { id } = await site.db
    .selectFrom('mails')
    .select('id')
    .where('msgid', '=', '<stray@x>')
    .executeTakeFirstOrThrow()
  return `/admin/mail/${id}/`
}

/** Administration, and the settings of a project. */
export const ADMIN_PAGES: readonly PageEntry[] = [
  { name: 'admin', path: after('/admin/'), as: 'mira' },
  { name: 'admin-audit', path: after('/admin/audit/'), as: 'mira' },
  { name: 'admin-projects', path: after('/admin/projects/'), as: 'mira' },
  { name: 'admin-projects-add', path: after('/admin/projects/add/'), as: 'mira' },
  { name: 'admin-users', path: after('/admin/users/'), as: 'mira' },
  { name: 'admin-user', path: after('/admin/users/1/'), as: 'mira' },
  { name: 'admin-people', path: after('/admin/people/'), as: 'mira' },
  { name: 'admin-states', path: after('/admin/states/'), as: 'mira' },
  { name: 'admin-state', path: after('/admin/states/1/'), as: 'mira' },
  { name: 'admin-tags', path: after('/admin/tags/'), as: 'mira' },
  { name: 'admin-mail', path: after('/admin/mail/'), as: 'mira' },
  { name: 'admin-mail-one', path: strayMail, as: 'mira' },
  { name: 'project-settings', path: after('/project/lanterna/settings/'), as: 'mira' },
]
