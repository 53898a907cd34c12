import { expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/auth/permissions.js'
import { insertChecker } from '../../src/domain/projects/checkers.js'
import { insertNamedToken } from '../../src/domain/tokens/updates.js'
import { type Api, describeApi, ID, NOW, tokenOf } from '../api/support.js'
import { injectAny } from '../support/inject.js'
import { API } from './api.js'
import { type Column, type Row, WHO } from './row.js'
import { makeWorld, type World } from './world.js'

/**
 * Tries each row of the API's table with logins that have part of the rights of a column: a maintainer with a token of
 * few scopes, and a checker. What they get follows from the columns, so that every new row counts.
 */

const COLUMNS = Object.keys(WHO) as Column[]

/** Whether a row posts a check; all else that a maintainer may do needs another scope. */
const POSTS_CHECK = /^POST \/(?:(?:patches|series)\/\d+\/)?checks\/$/
/** A request for checks, which needs the same scope; but a checker only answers it. */
const RECHECKS = /^POST \/series\/\d+\/recheck\/$/
/** Public data is read with any token; these need the scope `read`. */
const OF_ACCOUNTS = /^GET \/(?:users|people)\//
/** Webhooks are no public data: they need a scope of their own. */
const OF_WEBHOOKS = /\/webhooks\//
/** For every login, whatever its scopes. */
const OF_CALLER = /^GET \/token\/$/

function of(row: Row, column: Column): number {
  return row.expected[COLUMNS.indexOf(column)]?.status ?? 0
}

/** The status that the maintainer gets by a token with one scope. */
function byToken(row: Row, scope: Scope): number | 'refused' {
  const { request } = row
  if (OF_WEBHOOKS.test(request)) return scope === 'webhooks' ? of(row, 'maintainer') : 'refused'
  if (OF_CALLER.test(request)) return 200
  if (OF_ACCOUNTS.test(request))
    return scope === 'read' && !request.includes('/tokens/') ? of(row, 'maintainer') : 403
  if (request.startsWith('GET ')) return of(row, 'nobody')
  if ((POSTS_CHECK.test(request) || RECHECKS.test(request)) && scope === 'checks')
    return of(row, 'maintainer')
  return 'refused'
}

/** A checker gets what any account gets, but may post checks. */
function byChecker(row: Row): number {
  return of(row, POSTS_CHECK.test(row.request) ? 'maintainer' : 'normal')
}

describeApi('part of the rights', (api) => {
  it('is what a token with one scope has: what it is for, and nothing else', async () => {
    const world = await makeWorld(api)
    await world.settle()
    const surprises: string[] = []
    for (const scope of ['checks', 'read', 'webhooks'] as const) {
      const secret = `pwt_${scope}`
      await insertNamedToken(api.db, {
        userId: ID.mira,
        name: scope,
        secret,
        scopes: [scope],
        projects: null,
        contexts: null,
        expires: null,
        created: NOW,
        madeBy: 'mira',
      })
      for (const row of API) surprises.push(...(await tryRow(api, world, row, secret, byToken(row, scope))))
    }
    expect(surprises).toEqual([])
    expect(SCOPES).toHaveLength(8)
  })

  it('is what a checker has', async () => {
    const world = await makeWorld(api)
    await world.settle()
    await insertChecker(api.db, 1, ID.una)
    const surprises: string[] = []
    for (const row of API) surprises.push(...(await tryRow(api, world, row, tokenOf('una'), byChecker(row))))
    expect(surprises).toEqual([])
  })
})

async function tryRow(
  { app }: Api,
  world: World,
  { request, body }: Row,
  secret: string,
  expected: number | 'refused',
): Promise<string[]> {
  const [method, path] = request.split(' ') as ['GET', string]
  const isRead = method === 'GET'
  if (!isRead) await world.settle()
  const before = expected === 'refused' ? await world.everything() : ''
  const { statusCode } = await injectAny(app, {
    method,
    url: `/api${path}`,
    headers: { authorization: `Bearer ${secret}` },
    ...(body ? { payload: body } : {}),
  })
  const what = `${request} ${JSON.stringify(body ?? {})}: ${statusCode}`
  if (expected !== 'refused') return statusCode === expected ? [] : [`${what}, not ${expected}`]
  if (![400, 403, 404].includes(statusCode)) return [`${what}, not a refusal`]
  return (await world.everything()) === before ? [] : [`${what}, and something changed`]
}
