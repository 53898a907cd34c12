import { inOrder } from '../store/page.js'
import { type CoverRow, coversById, readTexts } from '../store/read.js'
import type { At } from './answer.js'
import { COVER, embedCover, embedPerson, embedProject, PROJECT, SERIES } from './embedded.js'
import * as filters from './filters.js'
import { embedSeriesOf, headersObject } from './patch.js'
import { addResource, type Listing, listPage, type Mount, only } from './resource.js'
import { always, type Shape, since } from './versions.js'

const SHAPE: Shape = { ...COVER, project: always(PROJECT), series: always(SERIES), comments: since('1.1') }

const LISTING: Listing = {
  table: 'covers',
  filters: {
    project: { filter: filters.project, column: 'project_id' },
    series: { filter: filters.series, column: '(select series.id from series where cover_id = covers.id)' },
    submitter: { filter: filters.person, column: 'submitter_id' },
    msgid: { filter: filters.messageId, column: 'msgid', since: '1.2' },
    since: { filter: filters.since, column: 'date' },
    before: { filter: filters.before, column: 'date' },
  },
  order: {
    id: 'id',
    name: 'name',
    date: 'date',
    submitter: 'submitter_id',
    project: '(select link_name from projects where projects.id = project_id)',
  },
  defaultOrder: 'id',
  search: ['name'],
}

/** `/covers/` and `/covers/N/`. */
export function addCovers(mount: Mount): void {
  addResource(mount, '/covers/', 'GET', SHAPE, async (asked, reply) => {
    const ids = await listPage(asked, reply, LISTING, '/covers/')
    return inOrder(ids, await coversById(asked.db, ids)).map((row) => toCover(asked.at, row))
  })
  addResource(mount, '/covers/:id/', 'GET', SHAPE, async ({ db, at, id }) => {
    const row = only(await coversById(db, [id('id')]), 'Cover')
    const { headers, content } = await readTexts(db, 'cover', row.id)
    return { ...toCover(at, row), headers: headersObject(headers), content }
  })
}

function toCover(at: At, row: CoverRow) {
  const { id, url, web_url, msgid, list_archive_url, date, name, mbox } = embedCover(at, row)
  return {
    id,
    url,
    web_url,
    project: embedProject(at, row.project_id),
    msgid,
    list_archive_url,
    date,
    name,
    submitter: embedPerson(at, row.submitter_id, row.submitter_name, row.submitter_email),
    mbox,
    series: embedSeriesOf(at, row),
    comments: `${at.base}/api/covers/${id}/comments/`,
  }
}
