import { type Static, Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import type { SubmissionRow } from '../../domain/mails/submissions.js'
import { type Project, projectsWith } from '../../domain/projects/queries.js'
import { Busy } from '../../util/errors.js'
import { archiveUrl, coverPath, patchPath, seriesPath } from '../../util/urls.js'
import type { ResponseContext } from './response-context.js'
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
export async function loadProjects(
  { db, response }: { db: Database; response: ResponseContext },
  rows: readonly { project_id: number }[],
): Promise<void> {
  if (rows.every(({ project_id }) => response.projects.has(project_id))) return
  const read = await projectsWith(
    db,
    rows.map(({ project_id }) => project_id),
  )
  for (const [id, project] of read) response.projects.set(id, project)
}

/** The project of a row. Throws Busy if it was removed while the answer was made. */
export function projectOf(response: ResponseContext, id: number): Project {
  const project = response.projects.get(id)
  if (!project) throw new Busy('The project was changed meanwhile; try again.')
  return project
}

/** Made once for an answer, however many of its rows are of that project. */
export function embedProject(response: ResponseContext, id: number): Static<typeof EmbeddedProject> {
  let project = response.embeddedProjects.get(id)
  if (!project) response.embeddedProjects.set(id, (project = describeProject(response, id)))
  return project
}

function describeProject(response: ResponseContext, id: number): Static<typeof EmbeddedProject> {
  const project = projectOf(response, id)
  return {
    id,
    url: response.url(`/projects/${id}/`),
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

/** The submitter of a mail. */
export function embedSubmitter(response: ResponseContext, row: WithSubmitter): Static<typeof EmbeddedPerson> {
  return embedPerson(response, { id: row.submitter_id, name: row.submitter_name, email: row.submitter_email })
}

interface PersonFields {
  id: number
  name: string | null
  email: string
}

export function embedPerson(
  response: ResponseContext,
  { id, name, email }: PersonFields,
): Static<typeof EmbeddedPerson> {
  return { id, url: response.url(`/people/${id}/`), name, email }
}

interface UserFields {
  id: number
  username: string
  first_name: string
  last_name: string
  email: string
}

export function embedUser(
  response: ResponseContext,
  { id, username, first_name, last_name, email }: UserFields,
): Static<typeof EmbeddedUser> {
  return { id, url: response.url(`/users/${id}/`), username, first_name, last_name, email }
}

interface SeriesFields {
  id: number
  project_id: number
  date: string
  name: string | null
  version: number
}

export function embedSeries(response: ResponseContext, series: SeriesFields): Static<typeof EmbeddedSeries> {
  const { id, project_id, date, name, version } = series
  return {
    id,
    url: response.url(`/series/${id}/`),
    web_url: response.base + seriesPath(projectOf(response, project_id).link_name, id),
    date: response.date(date),
    name,
    version,
    mbox: `${response.base}/series/${id}/mbox/`,
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
export function embedSeriesOf(response: ResponseContext, row: InSeries): Static<typeof EmbeddedSeries>[] {
  if (row.series_id === null) return []
  const { project_id, series_id: id, series_name: name, series_date: date, series_version: version } = row
  return [embedSeries(response, { id, project_id, name, date, version })]
}

export function embedPatch(response: ResponseContext, patch: SubmissionRow): Static<typeof EmbeddedPatch> {
  const project = projectOf(response, patch.project_id)
  return embedSubmission(response, patch, 'patches', patchPath(project.link_name, patch.msgid))
}

export function embedCover(response: ResponseContext, cover: SubmissionRow): Static<typeof EmbeddedCover> {
  const project = projectOf(response, cover.project_id)
  return embedSubmission(response, cover, 'covers', coverPath(project.link_name, cover.msgid))
}

function embedSubmission(response: ResponseContext, row: SubmissionRow, collection: string, path: string) {
  const { id, project_id, msgid, date, name } = row
  return {
    id,
    url: response.url(`/${collection}/${id}/`),
    web_url: response.base + path,
    msgid,
    list_archive_url: archiveUrl(projectOf(response, project_id).list_archive_url_format, msgid),
    date: response.date(date),
    name,
    mbox: `${response.base}${path}mbox/`,
  }
}
