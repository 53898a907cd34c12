import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import type { Database } from '../db/schema.js'
import { Invalid, NotFound } from '../errors.js'
import { baseOf } from '../http/base.js'
import { type Criterion, listIds, type PageRequest } from '../store/page.js'
import { listProjects } from '../store/project.js'
import type { User } from '../store/user.js'
import { type At, dateFormat } from './answer.js'
import { authenticate } from './auth.js'
import { type Filter, parseOrder, search } from './filters.js'
import { linkHeader, pageNumber, parsePage } from './pagination.js'
import { isSince, projector, type Shape, type Version } from './versions.js'

/** One version of the API under its prefix; routes are added to it. */
export interface Mount {
  readonly app: FastifyInstance
  readonly context: Context
  readonly version: Version
  /** `/api/1.3`, or `/api` for the newest. */
  readonly prefix: string
}

/** What a handler works with. */
export interface Asked {
  readonly db: Database
  readonly at: At
  readonly query: URLSearchParams
  readonly viewer: User | undefined
  /** A number in the path, by its name; throws NotFound if it is none. */
  readonly id: (name: string) => number
  readonly text: (name: string) => string
}

type Handler = (asked: Asked, reply: FastifyReply) => Promise<unknown>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The parts of a path that are numbers; `/patches/abc/` is no address of ours. */
const NUMBERS = /:(\w*id)\b/g

/**
 * Answers one address: GET (and HEAD) by `get`, in the form that the version knows of `shape`; OPTIONS; and
 * every method that it does not have with 405. `allow` names those that it has, GET first.
 */
export function addResource(mount: Mount, path: string, allow: string, shape: Shape, get: Handler): void {
  const { app, prefix } = mount
  const url = prefix + path.replace(NUMBERS, ':$1(^\\d{1,9}$)')
  const project = projector(shape, mount.version)
  const methods = `${allow}, HEAD, OPTIONS`
  app.get(url, async (request, reply) => {
    void reply.header('allow', methods)
    const answer = project(await get(await ask(mount, request), reply))
    return reply.type('application/json').send(JSON.stringify(answer))
  })
  app.options(url, async (_, reply) =>
    reply.header('allow', methods).send({ name: 'Patchwork', description: `${methods} ${path}` }),
  )
  const others = METHODS.filter((method) => method !== 'GET')
  app.route({
    method: others,
    url,
    handler: async (request, reply) =>
      reply
        .code(405)
        .header('allow', methods)
        .send({ detail: `Method "${request.method}" not allowed.` }),
  })
}

async function ask(mount: Mount, request: FastifyRequest): Promise<Asked> {
  const { db, config } = mount.context
  const query = request.query as URLSearchParams
  for (const value of query.values())
    if (value.includes('\0'))
      throw new Invalid('Null characters are not allowed.', ['Null characters are not allowed.'] as never)
  const viewer = await authenticate(db, request.headers.authorization)
  const format = query.get('format')
  if (format !== null && format !== '' && format !== 'json') throw new NotFound()
  const base = baseOf(request, config)
  const api = base + mount.prefix
  const suffix = format ? `?format=${format}` : ''
  const projects = new Map((await listProjects(db)).map((project) => [project.id, project]))
  const parameters = request.params as Record<string, string>
  return {
    db,
    query,
    viewer,
    at: {
      base,
      api,
      url: (path) => api + path + suffix,
      version: mount.version,
      date: dateFormat(mount.version),
      projects,
    },
    id: (name) => Number(parameters[name]),
    text: (name) => parameters[name] as string,
  }
}

/** How a table is listed. */
export interface Listing {
  table: PageRequest extends never ? never : Parameters<typeof listIds>[1]
  /** Parameter → what it means, of which column, and since when. */
  filters: Readonly<Record<string, { filter: Filter; column: string; since?: Version }>>
  /** Key → SQL that sorts. */
  order: Readonly<Record<string, string>>
  defaultOrder: string
  search: readonly string[]
}

/** The numbers of the rows on the page that is asked for; sets the `Link` header. Throws NotFound for no page. */
export async function listPage(
  { db, at, query }: Asked,
  reply: FastifyReply,
  listing: Listing,
  path: string,
  fixed: readonly Criterion[] = [],
): Promise<number[]> {
  const criteria = [...fixed]
  for (const [name, { filter, column, since: from = '1.0' }] of Object.entries(listing.filters))
    if (isSince(at.version, from) && query.has(name))
      criteria.push(...(await filter(db, query.getAll(name), column)))
  criteria.push(...search(query.getAll('q').at(-1) ?? '', listing.search))
  const order = parseOrder(query.getAll('order').at(-1), listing.order, listing.defaultOrder)
  const { perPage, page } = parsePage(query)
  // A page's place is known before the rows are counted, but for the last one.
  const wanted = page === undefined ? 1 : /^\d{1,9}$/.test(page) ? Number(page) : 0
  const request = { criteria, order, limit: perPage }
  let { ids, total } = await listIds(db, listing.table, {
    ...request,
    offset: Math.max(0, wanted - 1) * perPage,
  })
  const pages = Math.max(1, Math.ceil(total / perPage))
  const number = pageNumber(page, pages)
  if (number !== Math.max(1, wanted))
    ({ ids, total } = await listIds(db, listing.table, { ...request, offset: (number - 1) * perPage }))
  void reply.header('link', linkHeader(at.api + path, query, number, pages))
  return ids
}

/** The only row, or NotFound with the words that clients know. */
export function only<Row>(rows: readonly Row[], kind: string): Row {
  const [row] = rows
  if (row === undefined) throw new NotFound(`No ${kind} matches the given query.`)
  return row
}
