import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { type CoverFilter, type CoverOrder, listCoverIds } from '../../domain/covers/filter.js'
import { type CoverRow, coversById, coversWithSmallTexts } from '../../domain/covers/queries.js'
import { textsOf } from '../../domain/mails/submissions.js'
import {
  EmbeddedPerson,
  EmbeddedProject,
  EmbeddedSeries,
  embedCover,
  embedProject,
  embedSeriesOf,
  embedSubmitter,
  loadProjects,
} from '../framework/embedded.js'
import { answerList } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { headersObject } from '../framework/mail-headers.js'
import { operation, type Resource } from '../framework/operation.js'
import * as references from '../framework/reference-filters.js'
import { rememberedDetail } from '../framework/remembered-rows.js'
import { firstOrNotFound, type RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, Headers, number, orNull, text, time } from '../framework/schema.js'
import { messageId, project, received_since, sent, submitter } from '../framework/shared-filters.js'
import { since } from '../framework/versions.js'

const Cover = Type.Object(
  {
    id: number('Number of the cover.'),
    url: address('Where the API has the cover.'),
    web_url: since('1.1', address('Its page.')),
    project: EmbeddedProject,
    msgid: text('Message id of its mail, with the angle brackets.'),
    list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
    date: time('When it was sent, by the clock of its sender.'),
    name: text('Its subject.'),
    submitter: EmbeddedPerson,
    mbox: since('1.1', address('The cover as a mail.')),
    series: Type.Array(EmbeddedSeries, { description: 'The series that it introduces: one, or none.' }),
    comments: since('1.1', address('Where the API has its comments.')),
  },
  { $id: 'CoverList', description: 'A cover letter, without its long texts.' },
)

const CoverDetail = Type.Object(
  { ...Cover.properties, headers: Headers, content: text('What it says.') },
  { $id: 'CoverDetail', description: 'A cover letter with its mail.' },
)

const LISTING: Listing<CoverFilter, CoverOrder> = {
  list: listCoverIds,
  filters: {
    project,
    series: { filter: references.coverOfSeries, field: 'ids', description: 'Of these series: number.' },
    submitter,
    msgid: messageId,
    ...sent,
    received_since,
  },
  order: {
    id: 'id',
    name: 'name',
    date: 'date',
    submitter: 'submitter_id',
    project: 'project',
  },
  defaultOrder: 'id',
  isSearched: true,
}

export const COVERS: Resource = {
  path: '/covers/',
  tag: 'Covers',
  get: operation({
    id: 'covers_list',
    summary: 'List cover letters',
    description: 'All cover letters, or those that the parameters leave.',
    listing: LISTING,
    answer: Type.Array(Cover),
    async handle(request, reply) {
      return await answerList(request, reply, {
        listing: LISTING,
        path: '/covers/',
        remembered: 'covers',
        async describe(ids) {
          const rows = inOrder(ids, await coversById(request.db, ids))
          await loadProjects(request, rows)
          return rows.map((row) => toCover(request.response, row))
        },
      })
    },
  }),
}

export const COVER: Resource = {
  path: '/covers/:id/',
  tag: 'Covers',
  get: operation({
    id: 'covers_read',
    summary: 'Show a cover letter',
    description: 'The cover letter with its mail.',
    answer: CoverDetail,
    handle: async (request, reply) =>
      await rememberedDetail(request, 'cover', request.id('id'), () => showCover(request, reply)),
  }),
}

async function showCover(
  { db, response, id }: RequestContext,
  reply: FastifyReply,
): Promise<Static<typeof CoverDetail>> {
  const row = firstOrNotFound(await coversWithSmallTexts(db, [id('id')]), 'Cover')
  await reply.server.largeAnswers.enter(reply.raw, row.bytes)
  await loadProjects({ db, response }, [row])
  const { headers, content } = await textsOf(db, 'cover', row)
  return { ...toCover(response, row), headers: headersObject(headers), content }
}

function toCover(response: ResponseContext, row: CoverRow): Static<typeof Cover> {
  const { id, url, web_url, msgid, list_archive_url, date, name, mbox } = embedCover(response, row)
  return {
    id,
    url,
    web_url,
    project: embedProject(response, row.project_id),
    msgid,
    list_archive_url,
    date,
    name,
    submitter: embedSubmitter(response, row),
    mbox,
    series: embedSeriesOf(response, row),
    comments: `${response.api}/covers/${id}/comments/`,
  }
}
