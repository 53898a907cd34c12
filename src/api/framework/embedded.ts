import { type Static, Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import type { SubmissionRow } from '../../domain/patches/queries.js'
import { type Project, projectsWith } from '../../domain/projects/projects.js'
import { Busy } from '../../util/errors.js'
import { archiveUrl, coverPath, patchPath, seriesPath } from '../../util/urls.js'
import type { At } from './response-context.js'
import { address, number, orNull, text, time } from './schema.js'
import { since } from './versions.js'

/** How resources look within the answers about others. */

export const projectFields = {
  id: number('Number of the project.'),
  url: address('Where the API has the project.'),
  name: text('Its name, for people.'),
  link_name: text('Its name in addresses.'),
  list_id: text('What `List-Id` says in the mails of its list.'),
  list_email: text('Where its mail is sent to.'),
  web_url: text('Its home page; may be blank.'),
  scm_url: text('Where its source is cloned from; may be blank.'),
  webscm_url: text('Where its source is browsed; may be blank.'),
  list_archive_url: since('1.2', text("Its list's archive; may be blank.")),
  list_archive_url_format: since(
    '1.2',
    text('Where the archive has a mail, with `{}` for its message id; may be blank.'),
  ),
  commit_url_format: since('1.2', text('Where a commit is browsed, with `{}` for its hash; may be blank.')),
}

export const EmbeddedProject = Type.Object(projectFields, {
  $id: 'ProjectEmbedded',
  description: 'The project, in short.',
})

export const EmbeddedPerson = Type.Object(
  {
    id: number('Number of the person.'),
    url: address('Where the API has the person.'),
    name: orNull(text('As the mails call them.')),
    email: text('Where their mails came from.'),
  },
  { $id: 'PersonEmbedded', description: 'Somebody who sent mail.' },
)

export const userFields = {
  id: number('Number of the user.'),
  url: address('Where the API has the user.'),
  username: text('The name they log in with.'),
  first_name: text('First name; may be blank.'),
  last_name: text('Last name; may be blank.'),
  email: text('Mail address; may be blank.'),
}

export const EmbeddedUser = Type.Object(userFields, {
  $id: 'UserEmbedded',
  description: 'Somebody with an account.',
})

export const EmbeddedSeries = Type.Object(
  {
    id: number('Number of the series.'),
    url: address('Where the API has the series.'),
    web_url: since('1.1', address('Its page.')),
    date: time('When it was sent.'),
    name: orNull(text('Subject of its cover or its first patch; null until either has come.')),
    version: number('Which posting of the same work it is: 2 for a `v2`.'),
    mbox: address('Its patches as mails, for `git am`.'),
  },
  { $id: 'SeriesEmbedded', description: 'The series, in short.' },
)

export const EmbeddedPatch = Type.Object(
  {
    id: number('Number of the patch.'),
    url: address('Where the API has the patch.'),
    web_url: since('1.1', address('Its page.')),
    msgid: text('Message id of its mail, with the angle brackets.'),
    list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
    date: time('When it was sent.'),
    name: text('Its subject, with those prefixes that tell something.'),
    mbox: address('The patch as a mail, for `git am`.'),
  },
  { $id: 'PatchEmbedded', description: 'A patch, in short.' },
)

export const EmbeddedCover = Type.Object(
  {
    id: number('Number of the cover.'),
    url: address('Where the API has the cover.'),
    web_url: since('1.1', address('Its page.')),
    msgid: text('Message id of its mail, with the angle brackets.'),
    list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
    date: time('When it was sent.'),
    name: text('Its subject.'),
    mbox: since('1.1', address('The cover as a mail.')),
  },
  { $id: 'CoverEmbedded', description: 'A cover letter, in short.' },
)

/** Reads the projects of some rows, unless they are known: another process may have added one since the request began. */
export async function knowProjects(
  { db, at }: { db: Database; at: At },
  rows: readonly { project_id: number }[],
): Promise<void> {
  if (rows.every(({ project_id }) => at.projects.has(project_id))) return
  const read = await projectsWith(
    db,
    rows.map(({ project_id }) => project_id),
  )
  for (const [id, project] of read) at.projects.set(id, project)
}

/** The project of a row. Throws Busy if it was removed while the answer was made. */
export function projectOf(at: At, id: number): Project {
  const project = at.projects.get(id)
  if (!project) throw new Busy('The project was changed meanwhile; try again.')
  return project
}

const described = new WeakMap<At, Map<number, Static<typeof EmbeddedProject>>>()

/** Made once for an answer, however many of its rows are of that project. */
export function embedProject(at: At, id: number): Static<typeof EmbeddedProject> {
  let byId = described.get(at)
  if (!byId) described.set(at, (byId = new Map()))
  let project = byId.get(id)
  if (!project) byId.set(id, (project = describeProject(at, id)))
  return project
}

function describeProject(at: At, id: number): Static<typeof EmbeddedProject> {
  const project = projectOf(at, id)
  return {
    id,
    url: at.url(`/projects/${id}/`),
    name: project.name,
    link_name: project.link_name,
    list_id: project.list_id,
    list_email: project.list_email,
    web_url: project.web_url,
    scm_url: project.scm_url,
    webscm_url: project.webscm_url,
    list_archive_url: project.list_archive_url,
    list_archive_url_format: project.list_archive_url_format,
    commit_url_format: project.commit_url_format,
  }
}

interface WithSubmitter {
  submitter_id: number
  submitter_name: string | null
  submitter_email: string
}

/** Whoever sent a mail. */
export function embedSubmitter(at: At, row: WithSubmitter): Static<typeof EmbeddedPerson> {
  return embedPerson(at, { id: row.submitter_id, name: row.submitter_name, email: row.submitter_email })
}

interface PersonFields {
  id: number
  name: string | null
  email: string
}

export function embedPerson(at: At, { id, name, email }: PersonFields): Static<typeof EmbeddedPerson> {
  return { id, url: at.url(`/people/${id}/`), name, email }
}

interface UserFields {
  id: number
  username: string
  first_name: string
  last_name: string
  email: string
}

export function embedUser(
  at: At,
  { id, username, first_name, last_name, email }: UserFields,
): Static<typeof EmbeddedUser> {
  return { id, url: at.url(`/users/${id}/`), username, first_name, last_name, email }
}

interface SeriesFields {
  id: number
  project_id: number
  date: string
  name: string | null
  version: number
}

export function embedSeries(at: At, series: SeriesFields): Static<typeof EmbeddedSeries> {
  const { id, project_id, date, name, version } = series
  return {
    id,
    url: at.url(`/series/${id}/`),
    web_url: at.base + seriesPath(projectOf(at, project_id).link_name, id),
    date: at.date(date),
    name,
    version,
    mbox: `${at.base}/series/${id}/mbox/`,
  }
}

interface InSeries {
  project_id: number
  series_id: number | null
  series_name: string | null
  series_date: string
  series_version: number
}

/** The series of a patch or a cover, as the list of none or one that clients know. */
export function embedSeriesOf(at: At, row: InSeries): Static<typeof EmbeddedSeries>[] {
  if (row.series_id === null) return []
  const { project_id, series_id: id, series_name: name, series_date: date, series_version: version } = row
  return [embedSeries(at, { id, project_id, name, date, version })]
}

export function embedPatch(at: At, patch: SubmissionRow): Static<typeof EmbeddedPatch> {
  const project = projectOf(at, patch.project_id)
  return embedSubmission(at, patch, 'patches', patchPath(project.link_name, patch.msgid))
}

export function embedCover(at: At, cover: SubmissionRow): Static<typeof EmbeddedCover> {
  const project = projectOf(at, cover.project_id)
  return embedSubmission(at, cover, 'covers', coverPath(project.link_name, cover.msgid))
}

function embedSubmission(at: At, row: SubmissionRow, collection: string, path: string) {
  const { id, project_id, msgid, date, name } = row
  return {
    id,
    url: at.url(`/${collection}/${id}/`),
    web_url: at.base + path,
    msgid,
    list_archive_url: archiveUrl(projectOf(at, project_id).list_archive_url_format, msgid),
    date: at.date(date),
    name,
    mbox: `${at.base}${path}mbox/`,
  }
}
