import { archiveUrl, coverPath, patchPath, seriesPath } from '../urls.js'
import type { SubmissionRow } from '../store/read.js'
import type { Project } from '../store/project.js'
import type { At } from './answer.js'
import { always, since, type Shape } from './versions.js'

/** How resources look within the answers about others. */

export const PROJECT: Shape = {
  list_archive_url: since('1.2'),
  list_archive_url_format: since('1.2'),
  commit_url_format: since('1.2'),
}

export const PATCH: Shape = { web_url: since('1.1'), list_archive_url: since('1.2') }
export const COVER: Shape = { web_url: since('1.1'), list_archive_url: since('1.2'), mbox: since('1.1') }
export const SERIES: Shape = { web_url: since('1.1') }
export const COMMENT: Shape = { web_url: always() }

export function projectOf(at: At, id: number): Project {
  return at.projects.get(id) as Project
}

type EmbeddedProject = ReturnType<typeof describeProject>

const described = new WeakMap<At, Map<number, EmbeddedProject>>()

/** Made once for an answer, however many of its rows are of that project. */
export function embedProject(at: At, id: number): EmbeddedProject {
  let byId = described.get(at)
  if (!byId) described.set(at, (byId = new Map()))
  let project = byId.get(id)
  if (!project) byId.set(id, (project = describeProject(at, id)))
  return project
}

function describeProject(at: At, id: number) {
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

export function embedPerson(at: At, id: number, name: string | null, email: string) {
  return { id, url: at.url(`/people/${id}/`), name, email }
}

interface UserFields {
  id: number
  username: string
  first_name: string
  last_name: string
  email: string
}

export function embedUser(at: At, { id, username, first_name, last_name, email }: UserFields) {
  return { id, url: at.url(`/users/${id}/`), username, first_name, last_name, email }
}

interface SeriesFields {
  id: number
  project_id: number
  date: string
  name: string | null
  version: number
}

export function embedSeries(at: At, series: SeriesFields) {
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

export function embedPatch(at: At, patch: SubmissionRow) {
  const project = projectOf(at, patch.project_id)
  return embedSubmission(at, patch, 'patches', patchPath(project.link_name, patch.msgid))
}

export function embedCover(at: At, cover: SubmissionRow) {
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
