import { noteFailure } from '../../../src/domain/failures/updates.js'
import { findProject, getProject, listDelegationRules } from '../../../src/domain/projects/queries.js'
import { insertDelegationRule } from '../../../src/domain/projects/updates.js'
import { insertToken } from '../../../src/domain/tokens/updates.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { NOW } from '../../support/demo.js'
import { mail } from '../../support/mail.js'
import { type Site, sessionCookie } from '../../support/site.js'
import { insertHook } from '../../support/webhooks.js'
import type { PageEntry } from '../pages.js'

/** `mira` runs the site; a mail of a list that nobody knows is in the journal, and a rule in the project. */
async function prepare({ db }: Site): Promise<void> {
  await db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'mira').execute()
  const project = await findProject(db, 'lanterna')
  const { id } = await getUser(db, 'mira')
  if (!project || (await listDelegationRules(db, project.id)).length > 0) return
  await insertDelegationRule(db, { project_id: project.id, user_id: id, path: 'src/wick/*', priority: 5 })
  const source = { kind: 'source', name: 'IMAP patchwork@mail.example.org:993/INBOX' } as const
  await noteFailure(db, { ...source, reason: 'connect ECONNREFUSED 192.0.2.7:993' }, '2026-11-20T09:30:00')
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

/** An account that has a token and is logged in somewhere. */
async function userWithToken(site: Site): Promise<string> {
  await prepare(site)
  const { id } = await getUser(site.db, 'tess')
  await sessionCookie(site.db, 'tess')
  await site.db.deleteFrom('tokens').where('user_id', '=', id).execute()
  await insertToken(site.db, id, 'moth', '2026-11-20T09:30:00')
  return `/admin/users/${id}/`
}

/** A project whose patches are worked on, and were before. */
async function settingsAtWork(site: Site): Promise<string> {
  await prepare(site)
  const { db } = site
  const { id } = await getProject(db, 'lanterna')
  await db.deleteFrom('reworks').execute()
  const work = { project_id: id, actor: 'mira', total: 1200, started: '2026-11-20T09:30:00' }
  await db
    .insertInto('reworks')
    .values([
      { ...work, kind: 'retag', done: 500, changed: 0, finished: null },
      { ...work, kind: 'rehash', done: 1200, changed: 3, finished: '2026-11-20T09:31:00' },
    ])
    .execute()
  return '/project/lanterna/settings/'
}

/** Webhooks that work, fail and are off; the first one has deliveries of each kind. */
async function webhooks(site: Site): Promise<string> {
  await prepare(site)
  const { db } = site
  const { id: projectId } = await getProject(db, 'lanterna')
  await db.deleteFrom('webhook_deliveries').execute()
  await db.deleteFrom('webhooks').execute()
  const address = 'https://ci.example.org/hooks/patchwork?project=lanterna'
  const id = await insertHook(db, { projectId, address, categories: ['series-completed', 'check-created'] })
  const other = await insertHook(db, { projectId, address: 'https://chat.example.org/hook', active: false })
  const time = '2026-11-20T09:30:00'
  const failure = { reason: 'The receiver answered 503.', failing_since: time, failures: 4 }
  await db
    .updateTable('webhooks')
    .set({ ...failure, due: '2026-11-20T09:40:00' })
    .where('id', '=', id)
    .execute()
  await db
    .updateTable('webhooks')
    .set({ disabled: time, reason: 'The receiver wants no more events (410).' })
    .where('id', '=', other)
    .execute()
  const delivery = { webhook_id: id, kind: 'event', category: 'series-completed', created: time } as const
  await db
    .insertInto('webhook_deliveries')
    .values([
      {
        ...delivery,
        event_id: 11,
        state: 'delivered',
        status: 200,
        attempts: 1,
        duration: 84,
        finished: time,
      },
      {
        ...delivery,
        event_id: 12,
        state: 'failed',
        status: 503,
        attempts: 4,
        duration: 1203,
        finished: time,
        reason: 'The receiver answered 503.',
        answer: '<html>\n<h1>Service unavailable</h1>\n</html>',
      },
      {
        ...delivery,
        event_id: 10,
        state: 'delivered',
        status: 204,
        attempts: 2,
        finished: time,
        resend: time,
      },
    ])
    .execute()
  return '/project/lanterna/settings/webhooks/'
}

async function oneWebhook(site: Site): Promise<string> {
  const path = await webhooks(site)
  const { id } = await site.db
    .selectFrom('webhooks')
    .select('id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  return `${path}${id}/`
}

/** Administration, and the settings of a project. */
export const ADMIN_PAGES: readonly PageEntry[] = [
  { name: 'admin', path: after('/admin/'), as: 'mira' },
  { name: 'admin-audit', path: after('/admin/audit/'), as: 'mira' },
  { name: 'admin-projects', path: after('/admin/projects/'), as: 'mira' },
  { name: 'admin-projects-add', path: after('/admin/projects/add/'), as: 'mira' },
  { name: 'admin-users', path: after('/admin/users/'), as: 'mira' },
  { name: 'admin-user', path: after('/admin/users/1/'), as: 'mira' },
  { name: 'admin-users-add', path: after('/admin/users/add/'), as: 'mira' },
  { name: 'admin-user-remove', path: async (site) => `${await userWithToken(site)}remove/`, as: 'mira' },
  { name: 'admin-user-with-token', path: userWithToken, as: 'mira' },
  { name: 'admin-people', path: after('/admin/people/'), as: 'mira' },
  { name: 'admin-states', path: after('/admin/states/'), as: 'mira' },
  { name: 'admin-state', path: after('/admin/states/1/'), as: 'mira' },
  { name: 'admin-tags', path: after('/admin/tags/'), as: 'mira' },
  { name: 'admin-tag', path: after('/admin/tags/1/'), as: 'mira' },
  { name: 'admin-person-link', path: after('/admin/people/1/link/'), as: 'mira' },
  { name: 'admin-mail', path: after('/admin/mail/'), as: 'mira' },
  { name: 'admin-mail-one', path: strayMail, as: 'mira' },
  { name: 'project-settings', path: settingsAtWork, as: 'mira' },
  { name: 'project-webhooks', path: webhooks, as: 'mira' },
  { name: 'project-webhook', path: oneWebhook, as: 'mira' },
]
