import { expect, it } from 'vitest'
import { insertChecker } from '../../../src/domain/projects/checkers.js'
import { insertNamedToken } from '../../../src/domain/tokens/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { mail } from '../../support/mail.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { type Api, describeApi, ID, NOW } from '../support.js'

stopClock()

const FROM = 'Ola <ola@lanterna.example.org>'

function numbersOf(body: { checks: { patch: number }[] }): number[] {
  return body.checks.map(({ patch }) => patch)
}

async function countChecks({ db }: Api): Promise<number> {
  const { count } = await db
    .selectFrom('checks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** A token of an account with limits; requests send it by its name. */
async function addToken(
  { db }: Api,
  secret: string,
  limits: { userId?: number; projects?: number[]; contexts?: string[]; scopes?: 'states'[] } = {},
): Promise<Record<string, string>> {
  const { userId = ID.mira, projects = null, contexts = null, scopes = ['checks'] } = limits
  const token = { name: secret, userId, secret, scopes, projects, contexts }
  await insertNamedToken(db, { ...token, expires: null, created: NOW, madeBy: 'mira' })
  return { authorization: `Bearer ${secret}` }
}

function batch(length: number): object[] {
  const keys = Array.from({ length }, (_, index) => `${index}`)
  return keys.map((idempotency_key, index) => ({ patch: (index % 3) + 1, state: 1, idempotency_key }))
}

describeApi('checks of all kinds', (api) => {
  const post = (body: object, as: 'mira' | 'ola' | 'rolf' | 'una' | undefined = 'mira') =>
    api.send('POST /checks/', body, as)

  it('are posted on a patch, on a series and on what a mail is', async () => {
    const one = await post({ patch: 2, state: 'success', context: 'build', description: 'Built.' })
    expect(one).toMatchObject({
      status: 201,
      body: {
        state: 'success',
        context: 'build',
        description: 'Built.',
        target_url: null,
        user: { id: ID.mira },
        date: '2026-10-05T12:00:00Z',
        checks: [{ patch: 2, url: expect.stringContaining('/api/patches/2/checks/') }],
        refused: [],
      },
    })
    expect((await api.get('/patches/2/')).body.check).toBe('success')
    for (const target of [{ series: 1 }, { msgid: '0@x' }, { msgid: '<0@x>' }]) {
      const all = await post({ ...target, state: 'warning' })
      expect(all).toMatchObject({ status: 201, body: { context: 'default' } })
      expect(numbersOf(all.body)).toEqual([1, 2, 3])
    }
    expect(numbersOf((await post({ msgid: '3@x', state: 1 })).body)).toEqual([3])
    expect((await api.get('/series/1/')).body.checks).toBe('warning')
    expect((await api.get('/events/?category=check-created&per_page=1')).body[0]).toMatchObject({
      actor: { id: ID.mira },
      payload: { patch: { id: 3 } },
    })
    expect((await api.send('POST /api/1.3/checks/', { patch: 1, state: 1 }, 'mira')).status).toBe(404)
  })

  it.each([
    [{ patch: 1 }, { state: ['This field is required.'] }],
    [{ state: 1 }, { patch: ['Name one of patch, series and msgid.'] }],
    [{ state: 1, patch: 1, series: 1 }, { patch: ['Name one of patch, series and msgid.'] }],
    [{ state: 1, patch: 999 }, { patch: ['Invalid pk "999" - object does not exist.'] }],
    [{ state: 1, series: 999 }, { series: ['Invalid pk "999" - object does not exist.'] }],
    [{ state: 1, msgid: 'nothing@x' }, { msgid: ['No patch and no cover letter has this message id.'] }],
    [{ state: 1, msgid: '5@x' }, { msgid: ['No patch and no cover letter has this message id.'] }],
    [{ state: 1, patch: 1, expires: '2026-10-06' }, { expires: ['Only a pending check expires.'] }],
    [{ state: 0, patch: 1, expires: '2026-10-04' }, { expires: ['This is in the past.'] }],
    [
      { state: 0, patch: 1, revision: { tree: 'x y' } },
      { revision: { tree: ['Enter between 4 and 64 hexadecimal digits.'] } },
    ],
  ])('say of %j what is wrong', async (body, problems) => {
    expect(await post(body)).toMatchObject({ status: 400, body: problems })
    expect(await countChecks(api)).toBe(0)
  })

  it('go by message id into all projects where the poster may, and name the others', async () => {
    const both = mail({ from: FROM, id: 'both@x', subject: '[PATCH] lamps and ropes' })
    for (const listId of ['lamps.example.org', 'ropes.example.org'])
      await ingest(api.db, both, { now: new Date(`${NOW}Z`), listId })
    const [lamps, ropes] = await api.ids('/patches/?msgid=both@x')
    const half = await post({ msgid: 'both@x', state: 'fail' })
    expect(half).toMatchObject({
      status: 201,
      body: {
        checks: [{ patch: lamps }],
        refused: [{ project: 'ropes', detail: 'You do not have permission to perform this action.' }],
      },
    })
    const whole = await post({ msgid: 'both@x', state: 'fail' }, 'ola')
    expect(whole).toMatchObject({ status: 201, body: { refused: [] } })
    expect(numbersOf(whole.body)).toEqual([lamps, ropes])
    expect((await post({ msgid: 'both@x', state: 'fail' }, 'una')).status).toBe(403)
    expect(await countChecks(api)).toBe(3)
    await insertChecker(api.db, 2, ID.una)
    const checker = await post({ msgid: 'both@x', state: 'fail' }, 'una')
    expect(checker).toMatchObject({ status: 201, body: { refused: [{ project: 'lamps' }] } })
    expect(numbersOf(checker.body)).toEqual([ropes])
    // The account may post in both, its token in one.
    const headers = await addToken(api, 'one-project', { userId: ID.ola, projects: [2] })
    const payload = { msgid: 'both@x', state: 1 }
    const limited = await api.app.inject({ method: 'POST', url: '/api/checks/', headers, payload })
    expect(limited.json()).toMatchObject({
      checks: [{ patch: ropes }],
      refused: [{ project: 'lamps', detail: 'This is outside the projects that the token is limited to.' }],
    })
  })

  it('are posted once for one key', async () => {
    const check = { series: 1, state: 'success', context: 'ci', idempotency_key: 'run 7' }
    const first = await post(check)
    expect(first.status).toBe(201)
    const again = await post({ ...check, target_url: '' })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(await post({ ...check, state: 'fail' })).toMatchObject({
      status: 409,
      body: { detail: 'This idempotency_key was used for another check.' },
    })
    expect((await post({ ...check, series: undefined, patch: 1 })).status).toBe(409)
    // Keys are each account's own.
    expect((await post({ ...check, state: 'fail' }, 'ola')).status).toBe(201)
    expect(await countChecks(api)).toBe(6)
  })

  it('are posted once by two that send the same at once', async () => {
    const check = { patch: 1, state: 'success', idempotency_key: 'same' }
    const answers = await Promise.all([post(check), post(check), post(check)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 201])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await countChecks(api)).toBe(1)
    const others = await Promise.all(
      [1, 2, 3].map((patch) => post({ ...check, patch, idempotency_key: 'k' })),
    )
    expect(others.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409])
  })

  it('come in lists, and each has a result of its own', async () => {
    const key = { idempotency_key: 'a' }
    const mixed = [
      { patch: 1, state: 'success', ...key },
      { patch: 4, state: 'success' },
      { patch: 999, state: 'success' },
      { patch: 1, state: 'great' },
      { patch: 1, state: 'success', ...key },
      { patch: 2, state: 'success', ...key },
      'nonsense',
      { series: 1, state: 'fail', context: 'ci' },
    ]
    const { status, body } = await post(mixed)
    expect(status).toBe(200)
    expect(body).toMatchObject([
      { status: 201, body: { checks: [{ patch: 1 }] } },
      { status: 403, error: { detail: 'You do not have permission to perform this action.' } },
      { status: 400, error: { patch: ['Invalid pk "999" - object does not exist.'] } },
      { status: 400, error: { state: ['"great" is not a valid choice.'] } },
      { status: 200, body: { checks: [{ patch: 1 }] } },
      { status: 409, error: { detail: 'This idempotency_key was used for another check.' } },
      { status: 400, error: { detail: ['Invalid data. Expected a dictionary, but got str.'] } },
      { status: 201, body: { checks: [{ patch: 1 }, { patch: 2 }, { patch: 3 }] } },
    ])
    expect(body[4].body).toEqual(body[0].body)
    expect(await countChecks(api)).toBe(4)
    expect((await post([])).body).toEqual([])
    expect(await post(Array.from({ length: 251 }, () => mixed[0]))).toMatchObject({
      status: 400,
      body: { detail: ['One request has at most 250 items.'] },
    })
    // What the old addresses take stays one object.
    expect((await api.send('POST /patches/1/checks/', [{ state: 1 }], 'mira')).status).toBe(400)
  })

  it('come in lists as cheaply as alone', async () => {
    await post(batch(2))
    const [few, many] = [await statementsOf(() => post(batch(3))), await statementsOf(() => post(batch(250)))]
    expect(many.length).toBeLessThan(few.length + 12)
  })

  it('are refused by what a token is limited to, each for itself', async () => {
    const headers = await addToken(api, 'lint-only', { contexts: ['lint*'] })
    const send = (payload: object) =>
      api.app.inject({ method: 'POST', url: '/api/checks/', headers, payload })
    const { statusCode, body } = await send([
      { patch: 1, state: 1, context: 'lint-c' },
      { patch: 1, state: 1, context: 'build' },
    ])
    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toMatchObject([
      { status: 201 },
      {
        status: 400,
        error: { context: ['The token may only post checks of these contexts: lint*.'] },
      },
    ])
    const states = await addToken(api, 'states-only', { scopes: ['states'] })
    const refused = await api.app.inject({
      method: 'POST',
      url: '/api/checks/',
      headers: states,
      payload: [{ patch: 1, state: 1 }],
    })
    expect(refused.statusCode).toBe(403)
    expect(refused.json()).toEqual({ detail: "The token lacks the scope 'checks'." })
  })

  it('say what was tested, and expire', async () => {
    const revision = { tree: 'a1b2c3d4', commit: null }
    const check = { state: 'pending', context: 'slow', revision, expires: '2026-10-05T13:00:00Z' }
    expect(await api.send('POST /patches/1/checks/', check, 'mira')).toMatchObject({
      status: 201,
      body: check,
    })
    await api.send('POST /patches/1/checks/', { state: 'success', context: 'fast' }, 'mira')
    const combined = async () => [
      (await api.get('/patches/1/')).body.check,
      (await api.get('/patches/?series=1&per_page=1')).body[0].check,
      (await api.get('/api/1.3/patches/1/')).body.check,
      (await api.get('/series/1/')).body.patches[0].check,
      (await api.get('/series/1/')).body.checks,
    ]
    expect(await combined()).toEqual(Array.from({ length: 5 }, () => 'pending'))
    expect((await api.get('/patches/1/checks/?state=pending')).body).toHaveLength(1)
    api.setNow('2026-10-05T13:00:01')
    expect(await combined()).toEqual(Array.from({ length: 5 }, () => 'success'))
    expect((await api.get('/patches/1/checks/?state=pending')).body).toEqual([])
    expect((await api.get('/patches/1/checks/?state=gone')).body).toMatchObject([{ state: 'gone' }])
    const [old] = (await api.get('/api/1.3/patches/1/checks/?state=pending')).body
    expect(old).toMatchObject({ state: 'pending', context: 'slow' })
    expect(old).not.toHaveProperty('expires')
    expect(old).not.toHaveProperty('revision')
    const [, usual] = (await api.get('/patches/1/checks/')).body
    expect(usual).not.toHaveProperty('expires')
    // Another that does not expire keeps it pending; a newer one takes its place.
    await api.send('POST /patches/1/checks/', { state: 'pending', context: 'slower' }, 'mira')
    expect((await combined())[0]).toBe('pending')
    for (const context of ['slow', 'slower'])
      await api.send('POST /patches/1/checks/', { state: 'fail', context }, 'mira')
    expect((await combined())[0]).toBe('fail')
    const ignored = { state: 'success', context: 'slow', expires: '2026-10-04' }
    expect((await api.send('POST /api/1.3/patches/1/checks/', ignored, 'mira')).status).toBe(201)
  })

  it('are listed of many patches at once', async () => {
    await post([
      { series: 1, state: 'pending', context: 'ci' },
      { patch: 2, state: 'success', context: 'ci' },
      { patch: 2, state: 'success', context: 'lint' },
    ])
    await post({ patch: 4, state: 'fail' }, 'rolf')
    const of = async (query: string) =>
      (await api.get(`/checks/?${query}`)).body.map(({ id, patch }: { id: number; patch: number }) => [
        id,
        patch,
      ])
    expect(await of('patch=2&patch=4')).toEqual([
      [2, 2],
      [4, 2],
      [5, 2],
      [6, 4],
    ])
    expect(await of('patch=2,4&latest=true&order=-id')).toEqual([
      [6, 4],
      [5, 2],
      [4, 2],
    ])
    expect(await of('series=1&latest=true')).toEqual([
      [1, 1],
      [3, 3],
      [4, 2],
      [5, 2],
    ])
    expect(await of('series=1&latest=false')).toEqual([[2, 2]])
    expect(await of('series=1&patch=3&context=ci&state=pending&user=mira')).toEqual([[3, 3]])
    expect(await of('patch=4&context=other')).toEqual([])
    const page = await api.get('/checks/?patch=1&patch=2&per_page=2')
    expect(page.headers).toMatchObject({
      'x-total-count': '4',
      link: expect.stringContaining('/api/checks/?page=2&patch=1&patch=2&per_page=2>; rel="next"'),
    })
    for (const [query, problem] of [
      ['', { patch: ['Name patches or series.'] }],
      ['patch=x', { patch: ['A number is required.'] }],
      ['series=1.5', { series: ['A number is required.'] }],
      ['patch=1&latest=maybe', { latest: ['Must be a valid boolean.'] }],
      [
        `patch=${Array.from({ length: 251 }, (_, id) => id).join()}`,
        { patch: ['At most 250 can be named at once.'] },
      ],
    ] as const)
      expect(await api.get(`/checks/?${query}`)).toMatchObject({ status: 400, body: problem })
  })
})
