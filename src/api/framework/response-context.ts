import type { Static } from 'typebox'
import type { Database } from '../../db/schema.js'
import { listProjects, type Project } from '../../domain/projects/queries.js'
import type { EmbeddedProject } from './embedded.js'
import { timeFormat, type Version } from './versions.js'

/** What the form of an answer depends on: two answers of one form are the same for the same rows. */
export interface ResponseForm {
  /** The public URL. */
  readonly base: string
  /** `/api/1.3`, or `/api` where no version was asked for. */
  readonly prefix: string
  readonly version: Version
  /** What each address in the API ends with. */
  readonly suffix?: string
}

/** What an answer depends on besides its rows: the public URL and the version's formats. */
export interface ResponseContext {
  readonly form: ResponseForm
  /** `https://patchwork.example.org` */
  readonly base: string
  /** `base` with `/api/1.3`, or `/api` where no version was asked for. */
  readonly api: string
  readonly version: Version
  /** An address in the API; a `format` parameter of the request is kept. */
  readonly url: (path: string) => string
  /** A time as this version writes it. */
  readonly date: (time: string) => string
  /** Projects by id; `loadProjects` adds those that are newer than the request. */
  readonly projects: Map<number, Project>
  /** The embedded form of projects, made once per answer. */
  readonly embeddedProjects: Map<number, Static<typeof EmbeddedProject>>
}

/** The context of one answer, with the projects as they are now. */
export async function makeResponseContext(db: Database, form: ResponseForm): Promise<ResponseContext> {
  const { base, prefix, version, suffix = '' } = form
  const api = base + prefix
  return {
    form,
    base,
    api,
    url: (path) => api + path + suffix,
    version,
    date: timeFormat(version),
    embeddedProjects: new Map(),
    projects: new Map((await listProjects(db)).map((project) => [project.id, project])),
  }
}
