import type { Command } from 'commander'
import { expect, it } from 'vitest'
import { buildProgram } from '../../src/cli/program.js'
import type { Database } from '../../src/db/schema.js'
import { listChanges } from '../../src/domain/audit/queries.js'
import { insertMail } from '../../src/domain/outbox/updates.js'
import { insertToken } from '../../src/domain/tokens/updates.js'
import { journalMails } from '../../src/receive/journal/journal.js'
import { processMails } from '../../src/receive/journal/processor.js'
import { runCli } from '../support/cli.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'
import type { Visitor } from '../support/visitor.js'
import { insertDelivery } from '../support/webhooks.js'
import { asAdministrator } from '../web/admin/support.js'
import { describePlace, linkIn, type Place } from '../web/patches/page-support.js'
import { QUIET } from './quiet-commands.js'
import { recordRoutes, routes } from './recorded-routes.js'
import { TREE_COMMANDS, TREE_LINES, TREE_REQUESTS, TREE_STEPS } from './tree-steps.js'
import { WEBHOOK_COMMANDS, WEBHOOK_LINES, WEBHOOK_REQUESTS, WEBHOOK_STEPS } from './webhook-steps.js'

/**
 * The audit trail has a line of every change, by whichever door it was made. All doors are walked here: whoever adds
 * one that is not in these tables is told so.
 */

recordRoutes()

/** Routes that write what is no business of the trail: patches and bundles, which have events or an owner. */
const OTHERS = [
  /^\/(?:theme|user\/(?:login|logout|link|password-reset|bundles?|todo)|register|mail|bundle|list)\b/,
  /^\/(?:project\/:\w+\/(?:list|patch|cover|series|bundles)|project\/:\w+|patch|cover|series|comment|change|suggestion)\//,
  /^\/api\/(?:bundles|patches|covers|series|checks|events|projects\/:project\/(?:changes|suggestions|pushes))\b/,
  // The API's versions are one and the same; they are not told apart in the trail.
  /^\/api\/1\.\d\//,
]

const SETTINGS = '/project/lamps/settings/'
const DETAILS = { list_email: 'lamps@example.org', use_tags: 'on' }
const NEW_PROJECT = { ...DETAILS, name: 'Ropes', link_name: 'ropes', list_id: 'ropes.example.org' }
const ACCOUNT = { username: 'ola', email: 'ola@lanterna.example.org', is_active: 'on' }
const TAG = { name: 'Liked-by', abbrev: 'L', pattern: '^Liked-by:' }
const PASSWORD = 'moths round the flame'

type Step = readonly [path: string, fields: Record<string, string>, ...lines: string[]]

/** What `rolf`, who runs the site, sends in turn, and the lines that each leaves. */
const BY_ADMINISTRATOR: readonly Step[] = [
  ['/admin/projects/add/', NEW_PROJECT, 'add project ropes'],
  ['/admin/projects/2/remove/', { confirm: 'ropes' }, 'remove project ropes'],
  [
    SETTINGS,
    { ...DETAILS, name: 'Lamps', link_name: 'lamps', list_id: 'l.example.org' },
    'change project lamps',
  ],
  [`${SETTINGS}maintainers/`, { maintainer: 'ola' }, 'add maintainer ola'],
  [`${SETTINGS}maintainers/2/remove/`, {}, 'remove maintainer ola'],
  [`${SETTINGS}rules/`, { path: 'src/*', delegate: 'mira' }, 'add delegation rule src/*'],
  [`${SETTINGS}rules/remove/`, { path: 'src/*' }, 'remove delegation rule src/*'],
  ...WEBHOOK_STEPS,
  ...TREE_STEPS,
  [`${SETTINGS}rework/`, { kind: 'rehash' }, 'rehash project lamps'],
  [
    '/admin/users/add/',
    { username: 'oda', email: 'oda@example.org' },
    'add user oda',
    'change person oda@example.org',
  ],
  ['/admin/users/2/', { ...ACCOUNT, first_name: 'Ola' }, 'change user ola'],
  ['/admin/users/2/sessions/end/', {}, 'end sessions user ola'],
  ['/admin/users/2/revoke-token/', {}, 'remove token ola'],
  ['/admin/users/2/password/', { password: PASSWORD, again: PASSWORD }, 'change user ola'],
  ['/admin/users/2/password-reset/', {}],
  ['/admin/users/4/remove/', { confirm: 'oda' }, 'remove user oda'],
  ['/admin/people/1/unlink/', {}, 'change person mira@lanterna.example.org'],
  ['/admin/people/1/link/', { username: 'mira' }, 'change person mira@lanterna.example.org'],
  ['/admin/states/', { name: 'Queued', slug: 'queued' }, 'add state Queued'],
  ['/admin/states/1/', { name: 'Fresh', slug: 'new', action_required: 'on' }, 'change state New'],
  ['/admin/states/1/move/', { way: 'down' }, 'change state Fresh'],
  ['/admin/states/11/remove/', {}, 'remove state Queued'],
  ['/admin/tags/', TAG, 'add tag Liked-by'],
  ['/admin/tags/4/', { ...TAG, name: 'Loved-by' }, 'change tag Liked-by'],
  ['/admin/tags/4/remove/', {}, 'remove tag Loved-by'],
  ['/admin/mail/1/retry/', {}, 'retry mail 1'],
  ['/admin/outbox/1/cancel/', {}, 'cancel outgoing mail 1'],
  ['/admin/outbox/1/retry/', {}, 'retry outgoing mail 1'],
]

/** What `mira` sends of her own account. */
const BY_OWNER: readonly Step[] = [
  ['/user/', { first_name: 'Mira', last_name: '', items_per_page: '50' }, 'change user mira'],
  ['/user/generate-token/', {}, 'add token mira'],
  ['/user/revoke-token/', {}, 'remove token mira'],
  ['/user/tokens/', { name: 'ci', 'scope-checks': 'on' }, 'add token mira'],
  ['/user/tokens/3/rotate/', {}, 'add token mira'],
  ['/user/tokens/3/revoke/', {}, 'remove token mira'],
  ['/user/sessions/1/end/', {}, 'end sessions user mira'],
  ['/user/sessions/end/', {}, 'end sessions user mira'],
  ['/mail/optout/', { email: 'mira@lanterna.example.org' }, 'add opt-out mira@lanterna.example.org'],
  ['/mail/optin/', { email: 'mira@lanterna.example.org' }, 'remove opt-out mira@lanterna.example.org'],
  ['/user/unlink/4/', {}, 'change person second@example.org'],
  ['/user/list-view/', { view: 'series', next: '/' }, 'change user mira'],
  [
    '/user/password-change/',
    { old: 'secret', password: PASSWORD, again: PASSWORD },
    'change user mira',
    'remove token mira',
  ],
]

async function lines(db: Database): Promise<string[]> {
  const changes = (await listChanges(db, { limit: 1000 })).toReversed()
  return changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)
}

/** Sends what the steps say; gives what the trail does not say as they do. */
async function walk({ db }: Place, visitor: Visitor, steps: readonly Step[]): Promise<string[]> {
  const surprises: string[] = []
  for (const [path, fields, ...expected] of steps) {
    const before = (await lines(db)).length
    const { status } = await visitor.submit(path, fields)
    const left = (await lines(db)).slice(before)
    if (status >= 400 || left.join() !== expected.join())
      surprises.push(`${path} (${status}): ${left.join()}, not ${expected.join()}`)
  }
  return surprises
}

/** Confirms what a letter asks for; gives what the trail says then. */
async function confirm(
  place: Place,
  visitor: Visitor,
  fields: Record<string, string> = {},
): Promise<string[]> {
  const before = (await lines(place.db)).length
  await visitor.submit(linkIn((await place.letters()).at(-1)), fields)
  return (await lines(place.db)).slice(before)
}

async function prepare({ db }: Place): Promise<void> {
  const entries = await journalMails(db, [{ bytes: mail(), source: 'pipe' }], new Date())
  await processMails(db, entries, new Date())
  const letter = { kind: 'changes', recipient: 'a@x.org', subject: 'x', body: 'x' } as const
  await insertMail(db, letter, '2026-10-05T12:00:00')
  await insertToken(db, 2, 'moth', '2026-10-05T12:00:00')
  for (const webhook of [1, 2]) await insertDelivery(db, webhook)
}

describePlace('the audit trail', (place) => {
  it('has a line of every change by a page or the API, and no secret', async () => {
    await prepare(place)
    await place.as('mira')
    await place.as('ola')
    const [mira, rolf] = [await place.as('mira'), await asAdministrator(place)]
    await place.as('mira')
    const { db, app } = place
    const link = async () => await mira.submit('/user/link/', { email: 'second@example.org' })
    await link()
    expect(await confirm(place, mira)).toEqual(['change person second@example.org'])
    expect(await walk(place, rolf, BY_ADMINISTRATOR)).toEqual([])
    expect(
      await walk(place, mira, BY_OWNER.with(10, withPerson(await personOf(db, 'second@example.org')))),
    ).toEqual([])
    await insertToken(db, 1, 'flame', '2026-10-05T12:00:00')
    const headers = { authorization: 'Token flame', 'content-type': 'application/json' }
    const before = (await lines(db)).length
    for (const [method, url, payload] of [
      ['PATCH', '/api/projects/lamps/', { web_url: 'https://one.example.org' }],
      ['PUT', '/api/projects/lamps/', { web_url: 'https://two.example.org' }],
      ['PATCH', '/api/projects/lamps/rules/', { superseded: 'on' }],
      ['PATCH', '/api/users/1/', { first_name: 'M.' }],
      ['PUT', '/api/users/1/', { first_name: 'Mi.' }],
      ['POST', '/api/projects/lamps/checkers/', { user: 'ola' }],
      ['DELETE', '/api/projects/lamps/checkers/2/', undefined],
      ...TREE_REQUESTS,
      ...WEBHOOK_REQUESTS,
      ['POST', '/api/users/1/tokens/', { name: 'ci', scopes: ['checks'] }],
      ['POST', '/api/users/1/tokens/6/rotate/', {}],
      ['DELETE', '/api/users/1/tokens/6/', undefined],
      ['DELETE', '/api/users/1/tokens/', undefined],
    ] as const)
      expect((await app.inject({ method, url, headers, payload: payload ?? {} })).statusCode).toBeLessThan(
        300,
      )
    expect((await lines(db)).slice(before)).toEqual([
      'change project lamps',
      'change project lamps',
      'change project lamps',
      'change user mira',
      'change user mira',
      'add checker ola',
      'remove checker ola',
      ...TREE_LINES,
      ...WEBHOOK_LINES,
      'add token mira',
      'add token mira',
      'remove token mira',
      'remove token mira',
    ])
    const trail = await listChanges(db, { limit: 4 })
    expect(
      trail.every(({ way, actor, actor_id }) => way === 'API' && actor === 'mira' && actor_id === 1),
    ).toBe(true)
    const whole = JSON.stringify(await db.selectFrom('audit').selectAll().execute())
    for (const secret of [PASSWORD, 'moth', 'flame', 'argon2', 'pbkdf2', 'whsec_'])
      expect(whole).not.toContain(secret)
    expect(await unknownRoutes(place)).toEqual([])
  })

  it('has a line of what is confirmed by mail', async () => {
    const visitor = place.visitor()
    await visitor.get('/register/')
    const account = { username: 'nils', email: 'nils@example.org', password: PASSWORD, again: PASSWORD }
    await visitor.submit('/register/', account)
    expect(await lines(place.db)).toEqual([])
    expect(await confirm(place, visitor)).toEqual(['add user nils', 'change person nils@example.org'])
    for (const [path, line] of [
      ['/mail/optout/', 'add opt-out any@example.org'],
      ['/mail/optin/', 'remove opt-out any@example.org'],
    ] as const) {
      await visitor.submit(path, { email: 'any@example.org' })
      expect(await confirm(place, visitor)).toEqual([line])
    }
    await visitor.submit('/user/password-reset/', { email: 'ola@lanterna.example.org' })
    expect(await confirm(place, visitor, { password: PASSWORD, again: PASSWORD })).toEqual([
      'change user ola',
    ])
    const [last] = await listChanges(place.db, { limit: 1 })
    expect(last).toMatchObject({ actor: 'ola', changes: { password: {} } })
  })
})

function withPerson(id: number): Step {
  return [`/user/unlink/${id}/`, {}, 'change person second@example.org']
}

async function personOf(db: Database, email: string): Promise<number> {
  const row = await db.selectFrom('people').select('id').where('email', '=', email).executeTakeFirstOrThrow()
  return row.id
}

/** Routes that write and were neither walked nor are known to have nothing to do with the trail. */
async function unknownRoutes({ app }: Place): Promise<string[]> {
  const unknown: string[] = []
  expect(routes.all.size).toBeGreaterThan(100)
  for (const route of routes.all) {
    const [method = '', url = ''] = route.split(' ')
    if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) || routes.reached.has(route)) continue
    if (OTHERS.some((pattern) => pattern.test(url))) continue
    const path = url.replace(/:\w+(?:\([^)]*\))?/g, '1')
    const { statusCode } = await app.inject({ method: method as 'POST', url: path })
    if (statusCode !== 405) unknown.push(route)
  }
  return unknown
}

const LIST = ['--list-id', 'lamps.example.org', '--list-email', 'lamps@example.org']

/** Command lines in turn, each with the lines that it leaves. */
const COMMANDS: readonly (readonly [argv: readonly string[], ...lines: string[]])[] = [
  [['project', 'add', 'lamps', '--name', 'Lamps', ...LIST], 'add project lamps'],
  [['project', 'edit', 'lamps', '--name', 'Lights'], 'change project lamps'],
  [
    ['user', 'add', 'oda', '--email', 'o@x.org', '--password', 'p', '--token', 't'],
    'add user oda',
    'add token oda',
  ],
  [['user', 'edit', 'oda', '--superuser', '--token', 'u'], 'change user oda', 'add token oda'],
  [['person', 'link', 'o@x.org', 'oda'], 'change person o@x.org'],
  [['maintainer', 'add', 'lamps', 'oda'], 'add maintainer oda'],
  [['delegation', 'add', 'lamps', 'src/*', 'oda'], 'add delegation rule src/*'],
  [['delegation', 'remove', 'lamps', 'src/*'], 'remove delegation rule src/*'],
  [['maintainer', 'remove', 'lamps', 'oda'], 'remove maintainer oda'],
  [['checker', 'add', 'lamps', 'oda'], 'add checker oda'],
  [['checker', 'list', 'lamps']],
  [['checker', 'remove', 'lamps', 'oda'], 'remove checker oda'],
  ...TREE_COMMANDS,
  ...WEBHOOK_COMMANDS,
  [['token', 'add', 'oda', '--name', 'ci', '--scopes', 'checks'], 'add token oda'],
  [['token', 'list', 'oda']],
  [['token', 'rotate', 'oda', '3'], 'add token oda'],
  [['token', 'revoke', 'oda', '3'], 'remove token oda'],
  [['mail', 'retry', '1'], 'retry mail 1'],
  [['mail', 'retry', '2'], 'retry mail 2'],
  [['series', 'link', '2', '1'], 'change series 2'],
  [['series', 'unlink', '2'], 'change series 2'],
  [['relink', '--dry-run']],
  [['relink'], 'relink series of all projects'],
  [['outbox', 'cancel', '1'], 'cancel outgoing mail 1'],
  [['outbox', 'retry', '1'], 'retry outgoing mail 1'],
  [['retag'], 'retag patches of all projects'],
  [['rehash'], 'rehash patches of all projects'],
  [['reparse', '--dry-run']],
  [['reparse'], 'reparse patches of all projects'],
  [['user', 'remove', 'oda'], 'remove user oda'],
  [['project', 'remove', 'lamps', '--yes'], 'remove project lamps'],
]

describeOnEach('the audit trail of commands', (fixture) => {
  it('has a line of every change', async () => {
    const { db, url } = fixture
    const second = mail({ id: 'second@example.org', subject: '[PATCH v2] dim the lamp' })
    const mails = [mail(), second].map((bytes) => ({ bytes, source: 'pipe' }) as const)
    const entries = await journalMails(db, mails, new Date())
    await processMails(db, entries, new Date())
    const letter = { kind: 'changes', recipient: 'a@x.org', subject: 'x', body: 'x' } as const
    await Promise.all([insertMail(db, letter, '2026-10-05T12:00:00'), insertDelivery(db, 1)])
    for (const [argv, ...expected] of COMMANDS) {
      const before = (await lines(db)).length
      expect(await runCli(url, ...argv), argv.join(' ')).toMatchObject({ code: 0, err: expect.any(String) })
      expect((await lines(db)).slice(before)).toEqual(expected)
    }
    const walked = COMMANDS.map(([argv]) => argv.join(' '))
    const unknown = leaves(buildProgram()).filter(
      (name) => !QUIET.has(name) && !walked.some((line) => line.startsWith(name)),
    )
    expect(unknown).toEqual([])
  })
})

/** All commands by their whole names. */
function leaves(command: Command, prefix: readonly string[] = []): string[] {
  return command.commands.flatMap((each) => {
    const path = [...prefix, each.name()]
    return each.commands.length > 0 ? leaves(each, path) : [path.join(' ')]
  })
}
