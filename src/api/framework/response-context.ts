import type { Static } from 'typebox'
import type { Project } from '../../domain/projects/projects.js'
import type { EmbeddedProject } from './embedded.js'
import type { Version } from './versions.js'

/** What an answer depends on besides its rows: where we are reached, and how the version writes things. */
export interface ResponseContext {
  /** `https://patchwork.example.org` */
  readonly base: string
  /** `base` with `/api/1.3`, or `/api` where no version was asked for. */
  readonly api: string
  readonly version: Version
  /** The address of something in the API; asked for with `format`, it goes on being asked for so. */
  readonly url: (path: string) => string
  /** A time as this version writes it. */
  readonly date: (time: string) => string
  /** Projects by their number; `loadProjects` adds those that came since. */
  readonly projects: Map<number, Project>
  /** The same as answers embed them, of those that this one has so far. */
  readonly embeddedProjects: Map<number, Static<typeof EmbeddedProject>>
}
