import { expect, it } from 'vitest'
import { RESOURCES } from '../../src/api/api.js'
import type { Resource } from '../../src/api/framework/operation.js'
import { operationsAt } from '../../src/api/framework/resource.js'
import { isSince, VERSIONS, type Version } from '../../src/api/framework/versions.js'
import { type Api, describeApi } from '../api/support.js'
import { ACCOUNTS, ENDINGS } from './accounts.js'
import { API, API_ENDINGS } from './api.js'
import { PAGES } from './pages.js'
import { recordRoutes, routes } from './recorded-routes.js'
import { type Column, type Expected, type Row, WHO } from './row.js'
import { makeWorld, type World } from './world.js'

recordRoutes()

const COLUMNS = Object.keys(WHO) as Column[]

/** Enough to see that an older version asks the same policy. */
const SOME: readonly Column[] = ['nobody', 'normal', 'author', 'maintainer']

describeApi('everybody', (api) => {
  it('gets of every route what the table says, and changes nothing when refused', async () => {
    const world = await makeWorld(api)
    const surprises: string[] = []
    for (const row of [...PAGES, ...ACCOUNTS]) surprises.push(...(await tryRow(world, row, '')))
    for (const row of API) surprises.push(...(await tryRow(world, row, '/api')))
    for (const row of API_ENDINGS) surprises.push(...(await tryRow(world, row, '/api')))
    for (const row of ENDINGS) surprises.push(...(await tryRow(world, row, '')))
    expect(surprises).toEqual([])
    await expectComplete(api)
  })

  it.each([...VERSIONS])(
    'gets of version %s what the newest gives, as far as the version knows it',
    async (version) => {
      const world = await makeWorld(api)
      const prefix = `/api/${version}`
      const surprises: string[] = []
      for (const row of API.filter((each) => isIn(version, each)))
        surprises.push(...(await tryRow(world, row, prefix, SOME)))
      expect(surprises).toEqual([])
    },
  )
})

interface Try extends Expected {
  column: Column
}

/** Tries what is refused first, for what is done may take away what is tried. */
async function tryRow(
  world: World,
  row: Row,
  prefix: string,
  columns: readonly Column[] = COLUMNS,
): Promise<string[]> {
  const tries = row.expected
    .map((expected, index) => ({ ...expected, column: COLUMNS[index] as Column }))
    .filter(({ column }) => columns.includes(column))
  const refused = tries.filter(({ isRefused }) => isRefused)
  const done = tries.filter(({ isRefused }) => !isRefused)
  await world.settle()
  const before = await world.everything()
  const surprises = await surprisesOf(world, row, prefix, refused)
  await world.settle()
  if ((await world.everything()) !== before)
    surprises.push(`${row.request} was refused, and changed something`)
  return [...surprises, ...(await surprisesOf(world, row, prefix, done))]
}

async function surprisesOf(world: World, row: Row, prefix: string, tries: readonly Try[]): Promise<string[]> {
  const surprises: string[] = []
  for (const { column, status, isRefused } of tries) {
    if (!row.request.startsWith('GET ')) await world.settle()
    const isForm = row.login === 'session' && row.request.startsWith('POST ')
    const before = isForm ? await world.everything() : ''
    const actual = await world.attempt(row, column, prefix)
    const what = `${row.request} ${JSON.stringify(row.body ?? {})} by ${column}`
    if (actual !== status) surprises.push(`${what}: ${actual}, not ${status}`)
    // The status of a form does not tell whether it was done.
    if (isForm && ((await world.everything()) === before) !== isRefused)
      surprises.push(`${what}: ${isRefused ? 'something' : 'nothing'} changed`)
  }
  return surprises
}

/** Whether a version has what a request asks for. */
function isIn(version: Version, { request, since = '1.0' }: Row): boolean {
  if (!isSince(version, since)) return false
  const [method = '', path = ''] = request.split(' ')
  const resource = RESOURCES.find((one) => patternOf(one).test(path))
  return !resource || operationsAt(resource, version).some(([name]) => name.toUpperCase() === method)
}

function patternOf({ path }: Resource): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)
}

/** Every route was reached, or only says what else to use. */
async function expectComplete({ app }: Api): Promise<void> {
  const missing: string[] = []
  expect(routes.all.size).toBeGreaterThan(100)
  for (const route of routes.all) {
    const [method = '', url = ''] = route.split(' ')
    if (routes.reached.has(route) || OLDER.test(url) || method === 'HEAD' || method === 'OPTIONS') continue
    const path = url.replace(/:\w+(?:\([^)]*\))?/g, '1')
    const { statusCode } = await app.inject({ method: method as 'GET', url: path })
    if (statusCode !== 405) missing.push(route)
  }
  expect(missing, 'routes that are not in the table').toEqual([])
}

/** Older versions of the API have no routes of their own. */
const OLDER = /^\/api\/1\.\d(?:\/|$)/
