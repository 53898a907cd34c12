import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { claimMail, insertMail, updateMail } from '../../../src/domain/outbox/updates.js'
import { insertNamedToken } from '../../../src/domain/tokens/updates.js'
import { insertConfirmation } from '../../../src/domain/users/confirmations.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { changeAs } from '../../support/change.js'
import type { Site } from '../../support/site.js'
import type { PageEntry } from '../pages.js'

const NOW = '2026-11-20T09:30:00'

/** Bundles of `mira`'s, one of them public, and patches that wait for her; made once. */
async function prepare({ db }: Site): Promise<void> {
  const { id } = await getUser(db, 'mira')
  const known = await db.selectFrom('bundles').select('id').where('owner_id', '=', id).execute()
  if (known.length > 0) return
  await changeAs(db, [1, 2, 3], { delegate_id: id }, id, NOW)
  await insertBundle(
    db,
    { owner_id: id, project_id: 1, name: 'For the next release', public: true },
    [3, 1, 2],
  )
  await insertBundle(db, { owner_id: id, project_id: 1, name: 'mine', public: false }, [4])
}

const after = (path: string) => async (site: Site) => {
  await prepare(site)
  return path
}

/** The page that a letter's link leads to. */
const confirming =
  (type: 'registration' | 'userperson' | 'optout' | 'password-reset') =>
  async ({ db }: Site) => {
    const { id: userId } = await getUser(db, 'mira')
    return `/confirm/${await insertConfirmation(db, { type, email: 'mira@example.net', userId }, NOW)}/`
  }

/** An outbox with a mail that was given up, seen by a superuser. */
async function outbox({ db }: Site): Promise<string> {
  const known = await db.selectFrom('outbox').select('id').where('state', '=', 'failed').execute()
  if (known.length === 0) {
    await db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'mira').execute()
    const letter = {
      kind: 'changes',
      subject: '[Lanterna] 3 of your patches have changed',
      body: '',
    } as const
    for (const recipient of ['nobody@example.net', 'joe@example.org'])
      await insertMail(db, { ...letter, recipient }, NOW)
    const mail = await claimMail(db, NOW, '2026-11-20T09:40:00')
    const reason = '550 5.1.1 <nobody@example.net>: no such user here'
    if (mail) await updateMail(db, mail, { state: 'failed', finished: NOW, reason })
  }
  return '/admin/outbox/'
}

/** An account with a token of few scopes, and one that has expired. */
async function withTokens({ db }: Site): Promise<string> {
  const { id } = await getUser(db, 'tess')
  await db.deleteFrom('tokens').where('user_id', '=', id).execute()
  const token = {
    userId: id,
    contexts: ['build-*'],
    projects: null,
    created: '2026-11-01T09:30:00',
    madeBy: 'tess',
  }
  await insertNamedToken(db, {
    ...token,
    name: 'nightly builds',
    secret: 'a',
    scopes: ['read', 'checks'],
    expires: null,
  })
  await insertNamedToken(db, {
    ...token,
    name: 'old',
    secret: 'b',
    scopes: ['checks'],
    expires: '2026-11-02T00:00:00',
  })
  return '/user/tokens/'
}

/** Accounts, what is one's own, and bundles. */
export const ACCOUNT_PAGES: readonly PageEntry[] = [
  { name: 'login', path: '/user/login/' },
  { name: 'login-next', path: '/user/login/?next=/user/todo/' },
  { name: 'logout', path: '/user/logout/', as: 'mira' },
  { name: 'register', path: '/register/' },
  { name: 'password-reset', path: '/user/password-reset/' },
  { name: 'password-change', path: '/user/password-change/', as: 'mira' },
  { name: 'mail', path: '/mail/' },
  { name: 'confirm-registration', path: confirming('registration') },
  { name: 'confirm-link', path: confirming('userperson'), as: 'mira' },
  { name: 'confirm-optout', path: confirming('optout') },
  { name: 'confirm-password', path: confirming('password-reset') },
  { name: 'confirm-gone', path: `/confirm/${'0'.repeat(40)}/` },
  { name: 'profile', path: after('/user/'), as: 'mira' },
  { name: 'profile-new', path: '/user/', as: 'tess' },
  { name: 'tokens', path: withTokens, as: 'tess' },
  { name: 'todo', path: after('/user/todo/'), as: 'mira' },
  { name: 'todo-project', path: after('/user/todo/lanterna/'), as: 'mira' },
  { name: 'todo-none', path: '/user/todo/', as: 'tess' },
  { name: 'outbox', path: outbox, as: 'mira' },
  { name: 'bundles', path: after('/user/bundles/'), as: 'mira' },
  { name: 'bundles-none', path: '/user/bundles/', as: 'tess' },
  { name: 'bundles-project', path: after('/project/lanterna/bundles/'), as: 'tess' },
  { name: 'bundle', path: after('/bundle/mira/For%20the%20next%20release/?order=1'), as: 'mira' },
  { name: 'bundle-public', path: after('/bundle/mira/For%20the%20next%20release/') },
]
