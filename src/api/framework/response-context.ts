import type { Static } from 'typebox'
import type { Project } from '../../domain/projects/queries.js'
import type { EmbeddedProject } from './embedded.js'
import type { Version } from './versions.js'

/** What an answer depends on besides its rows: the public URL and the version's formats. */
export interface ResponseContext {
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
