import type { FastifyReply } from 'fastify'
import { coverSummaries, patchSummaries, type SummaryRow } from '../../domain/patches/feed.js'
import { listPatches } from '../../domain/patches/list.js'
import { listSeries } from '../../domain/series/list.js'
import { patchPath } from '../../util/urls.js'
import { parseListQuery, queryWith } from '../framework/list-query.js'
import { projectParameter } from '../framework/parameters.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { readFilter } from '../patches/filter.js'
import { countOfPatches } from '../text/count.js'
import { personName } from '../ui/person.js'
import { seriesTitle } from '../ui/series-table.js'
import { ATOM, type Entry, formatFeed } from './atom.js'

/** Who reads news once a day misses none of most projects. */
const ENTRIES = 100

const NEWEST = { by: 'date', isDescending: true } as const

/** News of a project's patches and series; the filters of their lists work here too. */
export function addFeeds(appContext: AppContext): void {
  addPage(appContext, '/project/:project/feed/patches/', patchFeed)
  addPage(appContext, '/project/:project/feed/series/', seriesFeed)
}

async function patchFeed(context: RequestContext): Promise<FastifyReply> {
  const { db, base } = context
  const project = await projectParameter(db, context.request)
  const { filter } = await readFilter(db, parseListQuery(everything(context.query)), () => context.now)
  const window = { limit: ENTRIES, offset: 0, hasTags: false }
  const { rows } = await listPatches(db, { ...filter, projects: [project.id] }, NEWEST, window)
  const summaries = byId(
    await patchSummaries(
      db,
      rows.map(({ id }) => id),
    ),
  )
  const entries = rows.map((row) => ({
    title: row.name,
    href: base + patchPath(project.link_name, row.msgid),
    author: { name: personName(row) },
    published: row.date,
    summary: summaries.get(row.id) ?? '',
  }))
  return send(context, `${project.name}: patches`, `/project/${project.link_name}/list/`, entries)
}

async function seriesFeed(context: RequestContext): Promise<FastifyReply> {
  const { db, base } = context
  const project = await projectParameter(db, context.request)
  const { filter } = await readFilter(db, parseListQuery(context.query), () => context.now)
  const { submitter, words, checks } = filter
  const wanted = { projects: [project.id], submitter, words, checks }
  const { rows } = await listSeries(db, wanted, NEWEST, { limit: ENTRIES, offset: 0 })
  const summaries = byId(
    await coverSummaries(
      db,
      rows.flatMap(({ cover_id }) => cover_id ?? []),
    ),
  )
  const entries = rows.map((row) => ({
    title: `${seriesTitle(row)} (v${row.version}, ${countOfPatches(row.total)})`,
    href: `${base}/series/${row.id}/`,
    author: { name: personName(row) },
    published: row.date,
    summary: summaries.get(row.cover_id ?? 0) ?? '',
  }))
  return send(context, `${project.name}: series`, `/project/${project.link_name}/series/`, entries)
}

/** A feed has patches in all states, unless the address filters them. */
function everything(query: URLSearchParams): URLSearchParams {
  const wanted = new URLSearchParams(query)
  if (!wanted.has('state')) wanted.set('state', '*')
  if (!wanted.has('archive')) wanted.set('archive', 'both')
  return wanted
}

function byId(rows: readonly SummaryRow[]): ReadonlyMap<number, string> {
  return new Map(rows.map(({ id, content }) => [id, content]))
}

function send(context: RequestContext, title: string, page: string, entries: readonly Entry[]): FastifyReply {
  const { base, path, query, reply } = context
  const self = `${base}${path}${queryWith(parseListQuery(query))}`.replace(/\?$/, '')
  return reply.type(ATOM).send(formatFeed({ title, page: base + page, self, entries }, () => context.now))
}
